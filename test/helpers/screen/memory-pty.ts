/** A terminal in memory, for a program that runs in this process. */
import xterm from "@xterm/headless";

import { TestTerminal } from "./terminal.ts";
import type { TestPty } from "./terminal.ts";
import type { MemoryTerminal } from "./ui-fixture.ts";

/**
 * @param ended the exit status
 * @param kill ends the program
 */
export function emulate({ input, output }: MemoryTerminal, ended: Promise<number>, kill: () => void): TestTerminal {
  const pty: TestPty = {
    pid: process.pid,
    onData: (told) => output.on("data", (data: Buffer) => told(data.toString("utf8"))),
    onExit: (told) => void ended.then((exitCode) => told({ exitCode })),
    // Handed over at once, as a terminal that is read does.
    write: (text) => void input.emit("data", Buffer.from(text)),
    resize(columns, rows) {
      Object.assign(output, { columns, rows });
      output.emit("resize");
    },
    kill,
  };
  return new TestTerminal(pty, new xterm.Terminal({ cols: output.columns, rows: output.rows, allowProposedApi: true, scrollback: 0 }));
}
