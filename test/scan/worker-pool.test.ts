import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

import { expect, it } from "vitest";

import { projectRoot } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

// As it is built, since a worker is started from a compiled file; in a process where nobody else starts threads.
const program = `
import { readdirSync } from "node:fs";
const [pool, path, size, here] = process.argv.slice(2);
const { WorkerPool } = await import(pool);
const all = process.getBuiltinModule("node:worker_threads");
let started = 0;
all.Worker = class extends all.Worker {
  constructor(...args) {
    super(...args);
    started += 1;
  }
};
const workers = new WorkerPool(2, Number(here));
const region = { path, offset: 0, size: Number(size) };
const digest = () => workers.run({ kind: "digest", region, name: "blob", algorithm: "sha256" });
const threads = () => readdirSync("/proc/self/task").length;
const found = await Promise.all([digest(), digest()]);
const busy = threads();
await workers.rest();
// A thread that has been joined stays in the list until the kernel has put it away.
for (const until = Date.now() + 30_000; threads() > busy - started && Date.now() < until;) await new Promise((resolve) => setTimeout(resolve, 5));
const resting = threads();
found.push(await digest());
await workers.close();
console.log(JSON.stringify({ started, ended: busy - resting, found: found.map(({ digest }) => digest) }));
`;

// More than waits for a worker that is busy.
const size = 96 * 1024 * 1024;

/** `here`: what the calling thread does before it asks a worker. */
function digestsByPool(here: number): unknown {
  const path = join(temporaryDirectory(), "blob");
  // Nothing but a hole on the disk.
  writeFileSync(path, "");
  truncateSync(path, size);
  const pool = pathToFileURL(join(projectRoot, "dist/src/scan/workers/worker-pool.js")).href;
  const script = join(temporaryDirectory(), "threads.mjs");
  writeFileSync(script, program);
  return JSON.parse(execFileSync(process.execPath, [script, pool, path, String(size), String(here)]).toString());
}

const digest = `sha256:${createHash("sha256").update(Buffer.alloc(size)).digest("hex")}`;

it.runIf(process.platform === "linux")("ends the workers that have nothing to do when told so, and starts one for the next job", () => {
  expect(digestsByPool(0)).toEqual({ started: 3, ended: 2, found: [digest, digest, digest] });
});

it.runIf(process.platform === "linux")("starts no worker for what the calling thread does sooner", () => {
  expect(digestsByPool(3 * size)).toEqual({ started: 0, ended: 0, found: [digest, digest, digest] });
});
