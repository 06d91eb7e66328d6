/**
 * `npm start [-- ARGUMENTS…]`: installs and builds what is missing, then runs the program. Without arguments it opens the demo image.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";

import { buildIfStale } from "./build.mjs";
import { installIfStale } from "./install.mjs";

const root = join(import.meta.dirname, "..");
// npm runs scripts in the package's directory; names of files mean those where the person stands.
const cwd = process.env["INIT_CWD"] ?? process.cwd();

try {
  installIfStale();
  buildIfStale();
} catch (error) {
  console.error(`error: ${String(error instanceof Error ? error.message : error)}`);
  process.exit(70);
}
const typed = process.argv.slice(2);
const args = typed.length > 0 ? typed : [relative(cwd, join(root, "samples/demo.tar"))];
const child = spawn(process.execPath, [join(root, "dist/src/cli.js"), ...args], { cwd, stdio: "inherit" });
// The child is in the same process group and gets the terminal's signals itself; this one waits for its answer.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
child.on("exit", (status, signal) => {
  process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
});
