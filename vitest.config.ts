import { randomInt } from "node:crypto";
import process from "node:process";

import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** What tests draw from (test/helpers/draws.ts): the same in every run, but for BALLAST_SEED=random, or a number. */
const { BALLAST_SEED: asked = "1" } = process.env;
const BALLAST_SEED = asked === "random" ? String(randomInt(2 ** 31)) : asked;
if (!/^\d{1,10}$/.test(BALLAST_SEED)) throw new Error(`BALLAST_SEED is a number or "random", not ${JSON.stringify(asked)}`);
if (BALLAST_SEED !== "1") process.stdout.write(`BALLAST_SEED=${BALLAST_SEED}\n`);

const shared = {
  env: { BALLAST_SEED },
  globalSetup: ["test/helpers/global-setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 180_000,
  // A second is little for a browser on a busy machine; what never comes is still missed.
  expect: { poll: { timeout: 30_000 } },
};

/** Folders whose tests start programs; all others call functions. */
const cli = ["test/cli/**/*.test.ts", "test/docs/**/*.test.ts", "test/library/**/*.test.ts", "test/web/**/*.test.ts"];
const terminal = ["test/tui/**/*.test.ts"];
const components = ["test/components/**/*.test.ts"];

/** Real engines take minutes: what begins with them does not wait for them at its end. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ project }: TestSpecification): boolean => project.name === "components";
    return (await super.sort(files)).toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a)));
  }
}

export default defineConfig({
  test: {
    maxWorkers: 3, // most tests wait for programs they have started
    sequence: { sequencer: SlowestFirst },
    projects: [
      { test: { ...shared, name: "unit", include: ["test/**/*.test.ts"], exclude: [...cli, ...terminal, ...components], pool: "threads" } },
      { test: { ...shared, name: "cli", include: cli, pool: "threads" } },
      // Pseudo-terminals are native code that does not survive the end of a thread.
      { test: { ...shared, name: "terminal", include: terminal, pool: "forks" } },
      { test: { ...shared, name: "components", include: components, pool: "threads" } },
    ],
  },
});
