import { BallastError, ExitStatus } from "../../base/errors.ts";
import { flagsOf } from "./flags-of.ts";
import { renderCompletion, shells } from "./scripts.ts";
import type { Shell } from "./scripts.ts";
import type { Command } from "../command.ts";

export const completion: Command = {
  usage: "completion <shell>",
  summary: "Prints the completion of commands and flags for bash, zsh or fish.",
  examples: [
    ["ballast completion bash > /etc/bash_completion.d/ballast", "Install it for everyone who uses bash"],
    ['ballast completion zsh > "${fpath[1]}/_ballast"', "Install it for zsh"],
    ["ballast completion fish > ~/.config/fish/completions/ballast.fish", "Install it for fish"],
  ],
  options: (yargs) => yargs,
  async run(args, io, { commands }) {
    const shell = String(args["shell"]);
    if (!isShell(shell))
      throw new BallastError("bad-argument", `there is no completion for ${shell}; there is one for ${shells.join(", ")}`);
    const described = await Promise.all(
      commands.map(async (entry) => ({ name: entry.name, summary: entry.summary, flags: flagsOf(await entry.load()) })),
    );
    io.stdout.write(renderCompletion(shell, described));
    return ExitStatus.ok;
  },
};

function isShell(text: string): text is Shell {
  return (shells as readonly string[]).includes(text);
}
