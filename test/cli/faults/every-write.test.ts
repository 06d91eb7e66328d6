/**
 * A disk that is full at each write in turn: its size is swept over all that a command writes. What fits is whole; what does not ends with
 * status 3, a message that names the place, and nothing under the name or beside it.
 */
import { existsSync, readFileSync, readdirSync, rmSync, statSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { sha256 } from "../../helpers/image-fixture.ts";
import { faultImage } from "../../helpers/image/fault-image.ts";
import { cliHere } from "../../helpers/run-here.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { noTinyDisk, resizeDisk, tinyDisk } from "../../helpers/disk/tiny-disk.ts";
import { startZooRegistry } from "../../helpers/registry/zoo-registry.ts";

const image = faultImage(0.1);
const plenty = 8000;
const full = /error: .*no space is left on the device\nhint: |^[^\n]*no space is left on the device/;

function project(): string {
  const archive = join(temporaryDirectory(), "app.tar");
  writeFileSync(archive, image);
  return archive;
}

/** Kilobytes in use. */
function used(disk: string): number {
  const { blocks, bfree, bsize } = statfsSync(disk);
  return ((blocks - bfree) * bsize) / 1024;
}

/** Every file below the directory with the digest of its content. */
function contents(directory: string): Map<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return new Map(files.map((name) => [name, sha256(readFileSync(join(directory, name)))]));
}

function empty(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
}

/** Kilobytes: twelve steps up to what is needed, or so many as are 64 long, and the pages around its ends. */
function sizes(needed: number): number[] {
  const step = Math.max(64, Math.ceil(needed / 12 / 4) * 4);
  const steps = Array.from({ length: Math.ceil(needed / step) }, (_, index) => index * step);
  return [...new Set([...steps, 4, 8, 12, needed - 8, needed - 4, needed, needed + 4].filter((size) => size > 0))].toSorted(
    (a, b) => a - b,
  );
}

const outputs: readonly (readonly [what: string, args: readonly string[]])[] = [
  ["an archive", ["squash", "--all", "IMAGE", "-o", "docker-archive:DISK/out.tar"]],
  ["an OCI archive", ["squash", "--all", "IMAGE", "--compression", "none", "-o", "oci-archive:DISK/out.tar"]],
  ["a layout", ["squash", "--all", "IMAGE", "-o", "oci:DISK/layout:x"]],
  ["an optimized image", ["optimize", "IMAGE", "-o", "oci:DISK/layout:x", "--compression", "zstd"]],
  ["a tree", ["export", "IMAGE", "/", "-o", "DISK/out.tar"]],
  ["a file", ["export", "IMAGE", "/app", "-o", "DISK/app"]],
  ["a report", ["analyze", "IMAGE", "--files", "--format", "json=DISK/report.json"]],
  ["the gate's report", ["check", "IMAGE", "--format", "sarif=DISK/report.sarif"]],
  ["a plan", ["optimize", "IMAGE", "--plan", "DISK/plan.json", "--remove", "srv/**"]],
];

describe.skipIf(noTinyDisk !== null)(`a disk of every size${noTinyDisk === null ? "" : ` [skipped: ${noTinyDisk}]`}`, () => {
  it.each(outputs)("under %s", async (_what, words) => {
    const disk = tinyDisk(plenty);
    const archive = project();
    const args = words.map((word) => word.replace("DISK", disk).replace("IMAGE", archive));
    const { status } = await cliHere(args);
    expect(status).toBeLessThan(2);
    const whole = contents(disk);
    const needed = used(disk);
    empty(disk);
    const asked = [...sizes(needed).map((size) => [size, 1000] as const), ...[1, 2, 3, 4, 5, 6].map((inodes) => [plenty, inodes] as const)];
    for (const [size, inodes] of asked) {
      resizeDisk(disk, size, inodes);
      const result = await cliHere(args);
      const what = `${size} of ${needed} KiB, ${inodes} names`;
      if (result.status === status) expect([what, contents(disk)]).toEqual([what, whole]);
      else expect([what, result.status, result.stderr]).toEqual([what, 3, expect.stringMatching(full)]);
      if (size < needed) expect([what, result.status]).toEqual([what, 3]);
      if (result.status === 3) expect([what, result.stderr, readdirSync(disk)]).toEqual([what, expect.stringContaining(disk), []]);
      empty(disk);
    }
  });

  it("under a file that is replaced, which stays until the new one is whole", async () => {
    const disk = tinyDisk(plenty);
    const archive = project();
    const args = ["squash", "--all", archive, "--force", "-o", `docker-archive:${join(disk, "out.tar")}`];
    await cliHere(args);
    const whole = contents(disk);
    const needed = used(disk);
    const before = Buffer.from("what was there\n");
    const old = new Map([["out.tar", sha256(before)]]);
    for (const size of sizes(needed).filter((each) => each > 4)) {
      empty(disk);
      writeFileSync(join(disk, "out.tar"), before);
      resizeDisk(disk, size);
      const result = await cliHere(args);
      expect([size, result.status, contents(disk)]).toEqual([size, result.status, result.status === 0 ? whole : old]);
      if (result.status !== 0) expect([size, result.status, result.stderr]).toEqual([size, 3, expect.stringMatching(full)]);
    }
  });

  it.each([
    ["a layout", ["squash", "-q", "--all", "IMAGE", "-o", "oci:OUT/layout:x"]],
    ["an image in a registry", ["squash", "-q", "--all", "IMAGE", "--insecure", "-o", "docker://REGISTRY/fault/image:RUN"]],
  ])("under TMPDIR, for %s", async (_what, words) => {
    const disk = tinyDisk(plenty);
    const archive = project();
    const registry = await startZooRegistry();
    onTestFinished(() => registry.stop());
    const out = temporaryDirectory();
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = disk;
    onTestFinished(() => {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    });
    const statuses = new Set<number | null>();
    for (const size of sizes(2 * (image.length / 1024))) {
      resizeDisk(disk, size);
      empty(out);
      const named = { IMAGE: archive, OUT: out, REGISTRY: registry.address, RUN: String(size) };
      const args = words.map((word) => Object.entries(named).reduce((text, [name, value]) => text.replace(name, value), word));
      const { status, stderr } = await cliHere([...args, "--no-cache"]);
      statuses.add(status);
      expect([size, readdirSync(disk)]).toEqual([size, []]);
      if (status === 0) continue;
      expect([size, status, stderr]).toEqual([size, 3, expect.stringMatching(full)]);
      expect([size, stderr, readdirSync(out)]).toEqual([size, expect.stringContaining(disk), []]);
      expect([size, registry.manifests.has(`fault/image:${size}`)]).toEqual([size, false]);
    }
    expect(statuses).toEqual(new Set([0, 3]));
  });

  it("under the cache, which serves the next run all the same", async () => {
    const disk = tinyDisk(plenty);
    const archive = project();
    const analyzed = async (): Promise<string> => {
      const { status, stdout, stderr } = await cliHere(["analyze", "--json", archive], { XDG_CACHE_HOME: disk });
      expect([status, stderr]).toEqual([0, ""]);
      return stdout;
    };
    const whole = await analyzed();
    const needed = used(disk);
    for (const size of [...sizes(needed), ...Array.from({ length: needed / 4 }, (_, index) => 4 * (index + 1))]) {
      empty(disk);
      resizeDisk(disk, size);
      expect([size, await analyzed()]).toEqual([size, whole]);
      const names = existsSync(join(disk, "ballast")) ? readdirSync(join(disk, "ballast")) : [];
      expect([size, names.filter((name) => name.endsWith(".partial"))]).toEqual([size, []]);
      resizeDisk(disk, plenty);
      expect([size, await analyzed()]).toEqual([size, whole]);
    }
  });
});
