/** The flags that say where secrets are looked for. */
import type { Argv } from "yargs";

export function secretFlags(yargs: Argv): Argv {
  const group = "Secrets:";
  return yargs
    .option("secrets", {
      group,
      choices: ["off", "config", "full"],
      describe: "Where to look: nowhere, in config and history, or in every file too (default: full)",
    })
    .option("secret-rules", { group, type: "string", describe: "Rules of your own, in gitleaks' TOML form", requiresArg: true })
    .option("secrets-baseline", { group, type: "string", describe: "JSON report whose findings are not told again", requiresArg: true });
}
