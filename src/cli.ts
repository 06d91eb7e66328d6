#!/usr/bin/env node
/** The executable: arguments in, exit status out. The build makes a script of it, dist/src/cli.cjs. */

import { keepWith } from "./base/code/pieces.ts";

process.once("exit", () => {
  // Nothing is left to wait for, and no status is there: that is not a success.
  if (process.exitCode !== undefined) return;
  process.stderr.write("error: this is a bug in Ballast: it ended before it was done\n");
  process.exitCode = 70;
});
// Nothing is left to do, nor to write: at its own end Node would take its heap apart page by page, which the system does at once.
process.once("beforeExit", () => process.exit());
const status = await run();
// What ended the run from outside has said so already.
process.exitCode ??= status;

/** Loads the program; where even that fails, as with too few files to open, the status is not Node's own 1, which is the gate's. */
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
