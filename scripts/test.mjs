/** `npm test [-- ARGUMENTS…]`: installs and builds what is missing, then runs the tests; arguments go to vitest. Ends with the counts, what skipped tests lacked, and what failed. */
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
const failures = join(directory, "failures");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`, "--reporter=./scripts/failures.mjs"];
const args = [vitest, "run", ...reporters, ...process.argv.slice(2)];
const env = { ...process.env, BALLAST_FAILURES: failures };
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env });
if (existsSync(results)) {
  const counts = JSON.parse(readFileSync(results, "utf8"));
  const skipped = counts.numPendingTests + counts.numTodoTests;
  console.log(`\n${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${skipped} skipped`);
  const lacking = reasons(counts);
  if (lacking.length > 0) console.log(`Skipped: ${lacking.map(([reason, tests]) => `${reason} (${tests})`).join(", ")}`);
}
if (existsSync(failures)) process.stdout.write(readFileSync(failures, "utf8"));
rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 70;

/** Why tests were skipped, as their titles say it, each with how many; a test may lack several things. */
function reasons({ testResults }) {
  const counted = new Map();
  for (const { fullName, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const [, said] = (status !== "passed" && /\[skipped: ([^\]]+)\]/.exec(fullName)) || [];
    for (const reason of said?.split(", ") ?? []) counted.set(reason, (counted.get(reason) ?? 0) + 1);
  }
  return [...counted].toSorted(([, a], [, b]) => b - a);
}
