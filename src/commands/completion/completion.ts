import { BallastError, ExitStatus } from "../../base/errors.ts";
import { description } from "../flags/flag.ts";
import type { Flag, FlagTable } from "../flags/flag.ts";
import { renderCompletion, shells } from "./scripts.ts";
import type { CompletedFlag, Shell } from "./scripts.ts";
import { defineCommand } from "../command.ts";

export const completion = defineCommand({
  usage: "completion <shell>",
  summary: "Prints the completion of commands and flags for bash, zsh or fish.",
  examples: [
    ["ballast completion bash > /etc/bash_completion.d/ballast", "Install it for everyone who uses bash"],
    ['ballast completion zsh > "${fpath[1]}/_ballast"', "Install it for zsh"],
    ["ballast completion fish > ~/.config/fish/completions/ballast.fish", "Install it for fish"],
  ],
  positionals: { shell: "required" },
  flags: {},
  async run({ shell }, io, { commands, defaultCommand }) {
    if (!isShell(shell))
      throw new BallastError("bad-argument", `there is no completion for ${shell}; there is one for ${shells.join(", ")}`);
    const described = await Promise.all(
      commands.map(async (entry) => ({ name: entry.name, summary: entry.summary, flags: completedFlags((await entry.load()).flags) })),
    );
    io.stdout.write(renderCompletion(shell, { commands: described, standard: defaultCommand }));
    return ExitStatus.ok;
  },
});

function valuesOf(flag: Flag): readonly string[] {
  if (flag.type === "choice") return flag.choices;
  return flag.type === "strings" ? (flag.suggests ?? []) : [];
}

/** In the table's order; a switch that is on by default is listed by its `no-` form. */
function completedFlags(table: FlagTable): CompletedFlag[] {
  return Object.entries(table).map(([name, flag]) => {
    const isOn = flag.type === "boolean" && flag.default === true;
    const text = description(flag);
    return {
      name: isOn ? `no-${name}` : name,
      alias: flag.alias ?? null,
      description: isOn ? `Do not ${text.charAt(0).toLowerCase()}${text.slice(1)}` : text,
      takesValue: flag.type !== "boolean",
      repeatable: flag.type === "strings",
      values: valuesOf(flag),
    };
  });
}

function isShell(text: string): text is Shell {
  return (shells as readonly string[]).includes(text);
}
