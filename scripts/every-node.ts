/**
 * `node scripts/run.mjs scripts/every-node.ts [-- ARGUMENTS…]`: all tests of functions and of the command line (the projects `unit` and
 * `cli`) under each Node that Ballast promises to run on, but for the running one, under which `npm test` has run them. Arguments go to
 * vitest. Ends with a table of which Node ran how many tests, beside what `engines` in package.json promises, and with what failed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { nodeProgram, nodeVersions } from "../test/helpers/trees/nodes.ts";

const projects = ["unit", "cli"] as const;
/** Starts each of these Nodes by itself: once is enough. */
const excluded = "test/library/packed.test.ts";
const root = process.cwd();
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const directory = mkdtempSync(join(tmpdir(), "ballast-nodes-"));
process.env["BALLAST_REQUIRE_COMPONENTS"] = "1";

const rows: string[] = [];
const failed: string[] = [];
for (const wanted of nodeVersions) {
  const program = nodeProgram(wanted);
  if (program === null) continue;
  if (program === process.execPath) {
    rows.push(`Node ${process.version} runs this, and ran \`npm test\``);
    continue;
  }
  const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n==> Node ${version}`);
  const started = Date.now();
  const results = join(directory, `${wanted}.json`);
  const chosen = projects.flatMap((project) => ["--project", project]);
  const failures = join(directory, `${wanted}.failures`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${results}`, "--reporter=./scripts/failures.mjs"];
  const args = [vitest, "run", ...chosen, `--exclude=${excluded}`, ...reporters, ...process.argv.slice(2)];
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit", env: { ...process.env, BALLAST_FAILURES: failures } });
  const verdict = status === 0 ? "passed" : "FAILED";
  rows.push(`Node ${version} × ${projects.join(", ")}: ${verdict}, ${counts(results)} in ${Math.round((Date.now() - started) / 1000)} s`);
  if (status === 0) continue;
  process.exitCode = 1;
  failed.push(`\nUnder Node ${version}:\n${existsSync(failures) ? readFileSync(failures, "utf8") : "vitest ended before it could tell\n"}`);
}
rmSync(directory, { recursive: true });
const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { engines: { node: string } };
console.log(`\nengines: node ${engines.node}; what was run (but for ${excluded}, which starts all of them by itself):\n${rows.join("\n")}`);
process.stdout.write(failed.join(""));

function counts(results: string): string {
  if (!existsSync(results)) return "no results";
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, "utf8")) as Record<string, number>;
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}
