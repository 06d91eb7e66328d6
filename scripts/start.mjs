/**
 * `npm start [-- ARGUMENTS…]`: installs and builds what is missing, then runs the program. Without arguments it opens the demo image; with
 * nothing but `--format html=FILE` it writes a report of that.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join, relative, resolve } from "node:path";
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
const sample = relative(cwd, join(root, "samples/demo.tar"));
const pages = typed.map((word) => /^(?:--format=)?html=(.+)$/.exec(word)?.[1]).filter((file) => file !== undefined && file !== "-");
const isFormatAlone =
  pages.length > 0 &&
  typed.every((word) => word === "--format" || /^(?:--format=)?\w+(?:=.+)?$/.test(word)) &&
  typed[0].startsWith("--format");
const args = typed.length === 0 ? [sample] : isFormatAlone ? ["analyze", sample, ...typed] : typed;
const child = spawn(process.execPath, [join(root, "dist/src/cli.cjs"), ...args], { cwd, stdio: "inherit" });
// The child is in the same process group and gets the terminal's signals itself; this one waits for its answer.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
child.on("exit", (status, signal) => {
  if (status === 0 || status === 1)
    for (const page of pages) console.error(`The report lies in ${resolve(cwd, page)}; open it in a browser.`);
  process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
});
