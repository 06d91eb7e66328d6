import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, it } from "vitest";

import type * as built from "../../src/scan/workers/worker-pool.ts";
import { projectRoot } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

// As it is built: a worker is started from a compiled file.
const { WorkerPool } = (await import(pathToFileURL(join(projectRoot, "dist/src/scan/workers/worker-pool.js")).href)) as typeof built;

it.runIf(process.platform === "linux")(
  "ends the workers that have nothing to do when told so, and starts one for the next job",
  async () => {
    const path = join(temporaryDirectory(), "blob");
    const content = Buffer.alloc(512 * 1024, "x");
    writeFileSync(path, content);
    const pool = new WorkerPool(2);
    const region = { path, offset: 0, size: content.length };
    const digest = () => pool.run({ kind: "digest", region, name: "blob", algorithm: "sha256" });
    const wanted = { digest: `sha256:${createHash("sha256").update(content).digest("hex")}` };
    const threads = (): number => readdirSync("/proc/self/task").length;
    try {
      const before = threads();
      expect(await Promise.all([digest(), digest()])).toEqual([wanted, wanted]);
      expect(threads()).toBeGreaterThan(before);
      await pool.rest();
      expect(threads()).toBe(before);
      expect(await digest()).toEqual(wanted);
    } finally {
      await pool.close();
    }
  },
);
