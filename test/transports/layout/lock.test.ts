import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { lockName, withLock } from "../../../src/transports/layout/lock.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

describe("what stands under the lock's name in a stranger's directory", () => {
  it.each<readonly [what: string, make: (lock: string) => void]>([
    ["a link that leads nowhere: it was waited for without end, deaf to every signal", (lock) => symlinkSync("/nonexistent", lock)],
    ["a link to a file without end", (lock) => symlinkSync("/dev/zero", lock)],
    ["a link to a file of somebody's", (lock) => symlinkSync("/etc/hostname", lock)],
    ["a pipe", (lock) => void execFileSync("mkfifo", [lock])],
    ["a directory", (lock) => mkdirSync(lock)],
  ])("%s, is named and left alone", async (_what, make) => {
    const directory = temporaryDirectory();
    make(join(directory, lockName));
    await expect(withLock(directory, async () => "written")).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringContaining(`${lockName} is not a file`) as string,
    });
    expect(readdirSync(directory)).toEqual([lockName]);
  });

  it("a text that is no owner's name is waited for, as long as it is young", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, lockName), "x".repeat(100_000));
    await expect(withLock(directory, async () => "written", undefined, 100)).rejects.toMatchObject({ code: "write-failed" });
    expect(readdirSync(directory)).toEqual([lockName]);
  });
});
