#!/usr/bin/env node
/** The executable: arguments in, exit status out. The build makes a script of it, dist/src/cli.cjs. */

import { keepWith } from "./base/code/pieces.ts";

process.once("exit", () => {
  // Nothing is left to wait for, but no status was set: that must not look like success.
  if (process.exitCode !== undefined) return;
  process.stderr.write("error: this is a bug in Ballast: it ended before it was done\n");
  process.exitCode = 70;
});
// Everything is done and written. Exiting here skips Node's own end, where it takes its heap apart page by page; the system frees it at once.
process.once("beforeExit", () => process.exit());
const status = await run();
// If the run was ended from outside, the status is already set.
process.exitCode ??= status;

/** Loads the program. If even that fails (with too many open files, for example), the status is not Node's 1, which is reserved for the gate. */
async function run(): Promise<number> {
  try {
    const { main } = await import("./command-line/main.ts");
    return await main(process.argv[1] ?? "", process.argv.slice(2), keepWith);
  } catch (error) {
    const refused = error instanceof Error && "syscall" in error;
    process.stderr.write(`error: Ballast cannot be loaded: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write(`hint: ${refused ? "the system refused it; check limits (ulimit -n) and permissions" : "install it again"}\n`);
    return refused ? 3 : 70;
  }
}
