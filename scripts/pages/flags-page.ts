/** docs/flags.md, from the tables of the commands. */
import type { Command } from "../../src/commands/command.ts";
import { valueName } from "../../src/commands/flags/flag.ts";
import type { Flag } from "../../src/commands/flags/flag.ts";

export interface NamedCommand {
  readonly name: string;
  readonly command: Pick<Command, "flags">;
}

const head = `# Flags

Made from the program's own tables by \`npm run generate\`; a test compares them. \`ballast COMMAND --help\` shows the same. A flag that is
given wins over its environment variable, which wins over the configuration file; an empty variable counts as unset. A flag may be given
several times where its row says "repeatable"; any other flag given twice is an error. Every command also takes \`-h\`, \`--help\` and
\`--debug\` (print the stack of an error); \`-V\`, \`--version\` belong to the program.
`;

export function flagsPage(commands: readonly NamedCommand[]): string {
  const users = new Map<string, { readonly row: string; readonly commands: string[] }>();
  for (const { name, command } of commands) {
    for (const [flag, spec] of Object.entries(command.flags)) {
      const row = rowOf(flag, spec);
      const known = users.get(row) ?? { row, commands: [] };
      known.commands.push(name);
      users.set(row, known);
    }
  }
  const shared = [...users.values()].filter(({ commands: { length } }) => length > 1);
  const sections = commands.flatMap(({ name }) => {
    const own = [...users.values()].filter((user) => user.commands.length === 1 && user.commands[0] === name);
    return own.length === 0
      ? []
      : [`\n## ballast ${name}\n\n| flag | does | variable |\n|---|---|---|\n${own.map(({ row }) => `${row}\n`).join("")}`];
  });
  const rows = shared.map(({ row, commands: names }) => `${row} ${names.join(", ")} |\n`).join("");
  return `${head}\n## Of several commands\n\n| flag | does | variable | commands |\n|---|---|---|---|\n${rows}${sections.join("")}`;
}

function rowOf(name: string, flag: Flag): string {
  const letter = flag.alias === undefined ? "" : `\`-${flag.alias}\`, `;
  const negated = flag.type === "boolean" && flag.default === true ? "[no-]" : "";
  const standard = "default" in flag ? `; default ${flag.default === true ? "on" : `\`${flag.default}\``}` : "";
  const variable = flag.variable === undefined ? "" : `\`${flag.variable}\``;
  const value = valueName(flag).replaceAll("|", "\\|");
  const text = `${flag.describe}${flag.type === "strings" ? " (repeatable)" : ""}${standard}`;
  return `| ${letter}\`--${negated}${name}${value === "" ? "" : ` ${value}`}\` | ${text.replaceAll("|", "\\|")} | ${variable} |`;
}
