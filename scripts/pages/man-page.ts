/** man/ballast.1, from the tables of the commands (man-pages(7)). */
import type { Command, CommandEntry } from "../../src/commands/command.ts";
import type { FlagTable } from "../../src/commands/flags/flag.ts";
import { description, valueName } from "../../src/commands/flags/flag.ts";

export interface DescribedEntry {
  readonly entry: CommandEntry;
  readonly command: Command;
}

export function manPage(version: string, commands: readonly DescribedEntry[]): string {
  const overview = commands.map(({ entry, command }) => `.TP\n.B ballast ${text(command.usage)}\n${text(entry.summary)}.`);
  const sections = commands.map(
    ({ entry, command }) =>
      `.SS ballast ${entry.name}\n${text(command.summary)}\n${flagRows(command.flags)}${command.examples.map(([line, does]) => `.PP\n${text(does)}:\n.PP\n.nf\n    ${text(line)}\n.fi\n`).join("")}`,
  );
  return `.\\" Made from the program's own tables by \`npm run generate\`.
.TH BALLAST 1 "" "ballast ${version}"
.SH NAME
ballast \\- look into container images: dead weight, secrets, and a smaller image proved equal
.SH SYNOPSIS
.B ballast
.RI [ command ]
.I image
.RI [ options ]
.SH COMMANDS
${overview.join("\n")}
.SH OPTIONS
${sections.join("")}.SH EXIT STATUS
.TP
.B 0
fine
.TP
.B 1
the gate failed, or with
.B ballast diff \\-\\-exit\\-code
the images differ
.TP
.B 2
wrong usage or configuration
.TP
.B 3
the image cannot be read or written
.TP
.B 70
a bug in Ballast
.TP
.B 129, 130, 143
its terminal was closed, interrupted, terminated
`;
}

function flagRows(flags: FlagTable): string {
  return Object.entries(flags)
    .map(([flagName, flag]) => {
      const shown = flag.type === "boolean" && flag.default === true ? `no-${flagName}` : flagName;
      const letter = flag.alias === undefined ? "" : `\\-${flag.alias}, `;
      const value = valueName(flag);
      const name = `${letter}\\-\\-${text(shown)}`;
      const head = value === "" ? `.B ${name}` : `.BI "${name} " ${text(value)}`;
      return `.TP\n${head}\n${text(description(flag))}.\n`;
    })
    .join("");
}

/** In roff a backslash, a leading dot or quote, and a hyphen that is a minus have meanings. */
function text(words: string): string {
  return words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&");
}
