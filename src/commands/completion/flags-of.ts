import type { Argv } from "yargs";

import type { Command } from "../command.ts";
import type { Flag } from "./scripts.ts";

interface OptionSpec {
  readonly describe?: string;
  readonly choices?: readonly string[];
  readonly type?: string;
  readonly default?: unknown;
}

/** The flags that a command declares, in its own order; a switch that is on by default is listed by its `no-` form. */
export function flagsOf(command: Command): Flag[] {
  const flags: Flag[] = [];
  // Listens to what the command tells the parser: yargs itself has no way to ask.
  const listener: unknown = new Proxy(
    {},
    {
      get: (_, method) => (name: string, spec: OptionSpec) => {
        if (method === "option") flags.push(flagFrom(name, spec));
        return listener;
      },
    },
  );
  command.options(listener as Argv);
  return flags;
}

function flagFrom(name: string, { describe = "", choices = [], type, default: preset }: OptionSpec): Flag {
  return { name: type === "boolean" && preset === true ? `no-${name}` : name, description: describe, choices };
}
