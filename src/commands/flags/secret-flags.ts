/** The flags that say where secrets are looked for. */
import type { FlagTable, FlagValues } from "./flag.ts";

const group = "Secrets:";

export const secretFlags = {
  secrets: {
    group,
    type: "choice",
    choices: ["off", "config", "full"],
    describe: "Where to look: nowhere, in config and history, or in every file too (default: full)",
  },
  "secret-rules": {
    group,
    type: "string",
    value: "FILE",
    describe: "Add rules of your own, in gitleaks' TOML form",
    variable: "BALLAST_SECRET_RULES",
  },
  "secrets-baseline": {
    group,
    type: "string",
    value: "FILE",
    describe: "Leave out the findings of this JSON report",
    variable: "BALLAST_SECRETS_BASELINE",
  },
} as const satisfies FlagTable;

export type SecretArguments = FlagValues<typeof secretFlags>;
