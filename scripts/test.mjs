/** `npm test [-- ARGUMENTS…]`: installs and builds what is missing, then runs the tests; arguments go to vitest. Ends with one line of counts. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { buildIfStale } from "./build.mjs";
import { installIfStale } from "./install.mjs";

const root = join(import.meta.dirname, "..");

installIfStale();
buildIfStale();
const directory = mkdtempSync(join(tmpdir(), "ballast-results-"));
const results = join(directory, "results.json");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
const { status } = spawnSync(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
if (existsSync(results)) {
  const counts = JSON.parse(readFileSync(results, "utf8"));
  const skipped = counts.numPendingTests + counts.numTodoTests;
  console.log(`\n${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${skipped} skipped`);
}
rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 70;
