import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { joined } from "../../../src/transports/containers-storage/stretches.ts";
import { splitTar } from "../../../src/transports/containers-storage/tar-split.ts";
import { directory, file, tar } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { failure } from "../opening.ts";

const big = Buffer.alloc(700_000, "ballast");
const archive = tar([directory("etc"), file("etc/motd", "hello"), file("caf\xe9", "raw"), file("big", big), file("empty")]);

/** The files on disk, and the list as containers/storage writes it: what lies between the contents, and which content comes where. */
function unpacked(): { list: string; files: string; motd: string } {
  const files = join(temporaryDirectory(), "diff");
  mkdirSync(join(files, "etc"), { recursive: true });
  const motd = join(files, "etc/motd");
  writeFileSync(motd, "hello");
  writeFileSync(Buffer.concat([Buffer.from(`${files}/caf`), Buffer.from([0xe9])]), "raw");
  writeFileSync(join(files, "big"), big);
  const rows: object[] = [];
  let at = 0;
  const content = (name: object, bytes: Buffer): void => {
    const start = archive.indexOf(bytes, at);
    rows.push({ type: 2, payload: archive.subarray(at, start).toString("base64") }, { type: 1, size: bytes.length, ...name });
    at = start + bytes.length;
  };
  content({ name: "etc/motd" }, Buffer.from("hello"));
  content({ name_raw: Buffer.from("caf\xe9", "latin1").toString("base64") }, Buffer.from("raw"));
  content({ name: "big" }, big);
  rows.push({ type: 2, payload: archive.subarray(at).toString("base64") }, { type: 1, name: "empty", payload: null });
  const list = join(temporaryDirectory(), "layer.tar-split.gz");
  writeFileSync(list, gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join("")));
  return { list, files, motd };
}

async function read(list: string, files: string, range?: { start: number; end?: number }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of joined(splitTar(list, files), range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("a layer that was unpacked", () => {
  it("is put together again, byte for byte", async () => {
    const { list, files } = unpacked();
    expect((await read(list, files)).equals(archive)).toBe(true);
  });

  it("can be read from the middle, without the files before", async () => {
    const { list, files, motd } = unpacked();
    rmSync(motd);
    const start = archive.indexOf(big) + 1000;
    expect((await read(list, files, { start, end: start + 300_000 })).equals(archive.subarray(start, start + 300_000))).toBe(true);
  });

  it.each([
    ["is gone", (motd: string) => rmSync(motd), "is not there, though the store lists it"],
    ["has grown", (motd: string) => writeFileSync(motd, "hello, world"), "it has 12 bytes, the layer's had 5"],
    [
      "became a link to the host's",
      (motd: string) => {
        rmSync(motd);
        symlinkSync("/etc/hostname", motd);
      },
      "it is a link now",
    ],
    [
      "became a FIFO",
      (motd: string) => {
        rmSync(motd);
        execFileSync("mkfifo", [motd]);
      },
      "it is not a regular file",
    ],
  ])("tells when a file of it %s", async (_, change, message) => {
    const { list, files, motd } = unpacked();
    change(motd);
    expect((await failure(read(list, files))).message).toContain(message);
  });

  it.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, 20)],
    ["no gzip", () => Buffer.from("{}")],
    ["of another shape", () => gzipSync('{"type":7}\n')],
  ])("tells when the list is %s", async (_, damage) => {
    const { list, files } = unpacked();
    writeFileSync(list, damage(gzipSync(JSON.stringify({ type: 2, payload: "A".repeat(4000) }))));
    expect((await failure(read(list, files))).message).toContain("damaged");
  });
});
