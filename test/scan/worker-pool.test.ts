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
const [pool, path, size] = process.argv.slice(2);
const { WorkerPool } = await import(pool);
const workers = new WorkerPool(2);
const region = { path, offset: 0, size: Number(size) };
const digest = () => workers.run({ kind: "digest", region, name: "blob", algorithm: "sha256" });
const threads = () => readdirSync("/proc/self/task").length;
const found = await Promise.all([digest(), digest()]);
const busy = threads();
await workers.rest();
// A thread that has been joined stays in the list until the kernel has put it away.
for (const until = Date.now() + 30_000; threads() > busy - 2 && Date.now() < until;) await new Promise((resolve) => setTimeout(resolve, 5));
const resting = threads();
found.push(await digest());
await workers.close();
console.log(JSON.stringify({ ended: busy - resting, found: found.map(({ digest }) => digest) }));
`;

it.runIf(process.platform === "linux")("ends the workers that have nothing to do when told so, and starts one for the next job", () => {
  const path = join(temporaryDirectory(), "blob");
  // More than is done without a worker; nothing but a hole on the disk.
  const size = 160 * 1024 * 1024;
  writeFileSync(path, "");
  truncateSync(path, size);
  const pool = pathToFileURL(join(projectRoot, "dist/src/scan/workers/worker-pool.js")).href;
  const script = join(temporaryDirectory(), "threads.mjs");
  writeFileSync(script, program);
  const said = execFileSync(process.execPath, [script, pool, path, String(size)]);
  const digest = `sha256:${createHash("sha256").update(Buffer.alloc(size)).digest("hex")}`;
  expect(JSON.parse(said.toString())).toEqual({ ended: 2, found: [digest, digest, digest] });
});
