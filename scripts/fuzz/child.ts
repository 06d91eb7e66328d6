/** Runs the cases that its parent names, one after the other: a case that hangs, or takes all memory, takes only this process with it. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import type { CaseReport } from "./report.ts";
import { Random } from "./random.ts";
import { targets } from "./targets/all.ts";

const home = process.env["BALLAST_FUZZ_DIRECTORY"]!;

async function run(seed: string, only: string | null): Promise<CaseReport> {
  const random = new Random(seed);
  const choices = targets
    .filter(({ name }) => only === null || name === only)
    .flatMap((target) => Array.from({ length: target.weight }, () => target));
  const target = random.of(choices);
  const directory = join(home, "case");
  mkdirSync(directory);
  const started = performance.now();
  try {
    const outcome = await target.run(random, directory);
    return report({ outcome, problem: null });
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return report({ outcome: "finding", problem });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }

  function report(ended: Pick<CaseReport, "outcome" | "problem">): CaseReport {
    const milliseconds = performance.now() - started;
    return { seed, target: target.name, ...ended, milliseconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
  }
}

// A promise that nobody waited for is a bug too.
process.on("unhandledRejection", (error) => {
  throw error;
});
process.on("message", ({ seed, only }: { seed: string; only: string | null }) => {
  void run(seed, only).then((report) => process.send!(report));
});
process.send!("ready");
