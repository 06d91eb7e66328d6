/**
 * `npm run fuzz [-- MINUTES] [--cases COUNT] [--seed TEXT] [--only TARGET] [--case SEED]`: feeds Ballast what a stranger might, by chance that
 * can be had again. Default 10 minutes, or so many cases; a count and a seed give the same cases on every machine. Each finding is printed
 * with the seed that `--case` takes. Ends with 1 when there was one.
 *
 * Cases are made from the formats' structure, not guided by coverage: the fuzzers for JavaScript that are guided (jazzer.js) need a native
 * build, and instrument code that the programs here run through several module loaders.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { Runner } from "./runner.ts";
import type { CaseReport } from "./report.ts";
import { targets } from "./targets/all.ts";

const { values, positionals } = parseArgs({
  options: { cases: { type: "string" }, seed: { type: "string" }, only: { type: "string" }, case: { type: "string" } },
  allowPositionals: true,
});
const minutes = Number(positionals[0] ?? (values.cases === undefined ? 10 : Infinity));
if (!(minutes > 0)) throw new Error(`${positionals[0]} is not a number of minutes`);
const cases = Number(values.cases ?? Infinity);
if (!(cases > 0)) throw new Error(`${values.cases} is not a number of cases`);
const only = values.only ?? null;
if (only !== null && !targets.some(({ name }) => name === only))
  throw new Error(`--only takes one of ${targets.map(({ name }) => name).join(", ")}`);
const seed = values.seed ?? String(Date.now());

const directory = mkdtempSync(join(tmpdir(), "ballast-fuzz-"));
const runner = new Runner(directory, only);
const counts = new Map<string, Map<string, number>>();
const findings: CaseReport[] = [];
try {
  if (values.case === undefined) {
    console.log(`seed ${seed}, ${minutes === Infinity ? `${cases} cases` : `${minutes} min`}`);
    const end = Date.now() + minutes * 60_000;
    for (let number = 0; number < cases && Date.now() < end; number += 1) count(await runner.run(`${seed}:${number}`));
  } else count(await runner.run(values.case));
} finally {
  await runner.close();
  rmSync(directory, { recursive: true, force: true });
}

let total = 0;
for (const [target, outcomes] of [...counts].toSorted()) {
  const cases = [...outcomes.values()].reduce((sum, each) => sum + each, 0);
  total += cases;
  const detail = [...outcomes].toSorted(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome} ${times}`);
  console.log(`${target}: ${cases} cases: ${detail.join(", ")}`);
}
console.log(`${total} cases, ${findings.length} findings; slowest ${runner.slowest}, largest ${runner.largest}`);
process.exitCode = findings.length === 0 ? 0 : 1;

function count(report: CaseReport): void {
  const outcomes = counts.get(report.target) ?? new Map<string, number>();
  counts.set(report.target, outcomes);
  outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1);
  if (report.problem === null) return;
  findings.push(report);
  console.log(`\nFINDING in ${report.target}, --case ${report.seed}${only === null ? "" : ` --only ${only}`}\n${report.problem}\n`);
}
