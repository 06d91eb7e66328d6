/** A source that changes under the reader's hands, and workers that do not live to the end. */
import { closeSync, ftruncateSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, expect, it } from "vitest";

import { faultImage } from "../../helpers/image/fault-image.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../../helpers/temp-dir.ts";

const image = faultImage();
const moments = [60, 120, 180, 300];

/** Something happens to app.tar after so many milliseconds, if it is still being read. */
async function disturbed(after: number, disturb: (path: string) => void): Promise<CliResult> {
  const cwd = temporaryDirectory();
  const path = join(cwd, "app.tar");
  writeFileSync(path, image);
  let timer: NodeJS.Timeout | undefined;
  const result = await runCli(["analyze", "--json", "--no-cache", "app.tar"], {
    cwd,
    onSpawn: () => (timer = setTimeout(() => disturb(path), after)),
  });
  clearTimeout(timer);
  return result;
}

let undisturbed: CliResult;
beforeAll(async () => {
  const cwd = makeTemporaryDirectory();
  writeFileSync(join(cwd, "app.tar"), image);
  undisturbed = await runCli(["analyze", "--json", "--no-cache", "app.tar"], { cwd });
  expect(undisturbed).toMatchObject({ status: 0, stderr: "" });
  return () => removeDirectory(cwd);
});

/** Either the report of the image that was there first, to the byte, or a refusal. */
function expectReadOrRefused({ status, stdout, stderr }: CliResult): void {
  if (status === 0) expect([stdout, stderr]).toEqual([undisturbed.stdout, ""]);
  else expect([status, stdout, stderr]).toEqual([3, "", expect.stringMatching(/^(?:warning: .*\n)*error: .*\nhint: .*\n$/)]);
}

it.each(moments)("cut off after %d ms: a whole report or status 3", async (after) => {
  expectReadOrRefused(
    await disturbed(after, (path) => {
      const descriptor = openSync(path, "r+");
      ftruncateSync(descriptor, 100_000);
      closeSync(descriptor);
    }),
  );
});

it.each(moments)("overwritten in place after %d ms: never a report of two images at once", async (after) => {
  const result = await disturbed(after, (path) => {
    const descriptor = openSync(path, "r+");
    writeSync(descriptor, Buffer.alloc(image.length, 0x41), 0, image.length, 0);
    closeSync(descriptor);
  });
  expectReadOrRefused(result);
});

it.each(moments)("replaced by rename after %d ms: a whole report or status 3", async (after) => {
  expectReadOrRefused(
    await disturbed(after, (path) => {
      writeFileSync(`${path}.new`, image.subarray(0, 50_000));
      renameSync(`${path}.new`, path);
    }),
  );
});

const inWorkers = (code: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`import{isMainThread}from"node:worker_threads";if(!isMainThread)setTimeout(()=>{${code}},1)`)}`;

it.each([
  ["throws", 70, /^error: this is a bug in Ballast .*: boom\nhint: /, 'throw new Error("boom")'],
  ["ends", 70, /^error: this is a bug in Ballast .*: a scanning worker ended with status 9\nhint: /, "process.exit(9)"],
  ["runs out of memory", 3, /^error: a thread ran out of memory\nhint: /, "const a=[];for(;;)a.push(new Array(1e6).fill(1.5))"],
])("a worker that %s ends the run with status %d and a message, and does not hang it", async (_what, status, message, code) => {
  const cwd = temporaryDirectory();
  // So large that it is read by a worker, however few processors there are.
  const layers = [[file("a", Buffer.alloc(64_000_000, "a"))]];
  writeFileSync(join(cwd, "app.tar"), dockerArchive({ layers }));
  const env = { NODE_OPTIONS: `${inWorkers(code)} --max-old-space-size=150` };
  const result = await runCli(["analyze", "-q", "--no-cache", "app.tar"], { cwd, env, timeout: 50_000 });
  expect(result).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(message) });
});
