/** `useradd` with a high user ID writes /var/log/lastlog and faillog as sparse files up to that ID; a layer stores them in full length. */
import { programOf } from "../../shell.ts";
import type { FixContext } from "../context/fix-context.ts";
import { insertAfterProgram } from "../edits.ts";
import type { Fix } from "../fix.ts";

const logs = ["/var/log/lastlog", "/var/log/faillog"];
/** Ordinary user IDs produce a few hundred kilobytes, which are not worth a fix. */
const smallest = 1024 * 1024;

export function lastlogFixes(context: FixContext): readonly Fix[] {
  return context.instructions.flatMap((instruction) => {
    const layer = context.layerOf(instruction);
    const commands = context
      .commands(instruction)
      .filter(
        (command) =>
          programOf(command) === "useradd" &&
          !command.words.some(({ text }) => text === "-l" || text === "--no-log-init" || /^-[a-zA-Z]*l/.test(text)),
      );
    if (layer === null || commands.length === 0) return [];
    const sizes = logs.map((file) => ({ file, bytes: context.paths.liveBytes(file, layer) }));
    if (sizes.reduce((sum, { bytes }) => sum + bytes, 0) < smallest) return [];
    return [
      {
        id: `useradd-log:${instruction.line}`,
        line: instruction.line,
        what: "`useradd -l` writes no log as long as the user ID is high",
        kind: "bytes" as const,
        savedBytes: context.claims.takeFiles(sizes),
        edits: commands.map((command) => insertAfterProgram(command, "-l")),
        ignore: [],
        changes: logs,
        note: "",
      },
    ];
  });
}
