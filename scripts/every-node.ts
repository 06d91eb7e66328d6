/**
 * `node scripts/run.mjs scripts/every-node.ts [-- ARGUMENTS…]`: the tests of functions and of the command line under each Node that Ballast
 * promises to run on, but for the running one, under which `npm test` has run all of them. Arguments go to vitest. Ends with a table.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

import { nodeProgram, nodeVersions } from "../test/helpers/nodes.ts";

process.env["BALLAST_REQUIRE_COMPONENTS"] = "1";
const root = process.cwd();
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const rows: string[] = [];
for (const wanted of nodeVersions) {
  const program = nodeProgram(wanted);
  if (program === null || program === process.execPath) continue;
  const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\n==> Node ${version}`);
  const started = Date.now();
  const args = [vitest, "run", "--project", "unit", "--project", "cli", "--reporter=dot", ...process.argv.slice(2)];
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  rows.push(`Node ${version}: ${status === 0 ? "passed" : "FAILED"} in ${Math.round((Date.now() - started) / 1000)} s`);
  if (status !== 0) process.exitCode = 1;
}
console.log(`\n${rows.join("\n")}`);
