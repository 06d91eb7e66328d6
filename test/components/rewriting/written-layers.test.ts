/** Layers as our tar writer and compressors make them, read by the programs that people read images with. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

import { expect, it } from "vitest";

import type * as CompressModule from "../../../src/compression/compress.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../../../src/tar/writer.ts";
import type { WritableEntry } from "../../../src/tar/writer.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { run } from "../../helpers/components/run.ts";
import { ociLayout } from "../../helpers/image-fixture.ts";
import { writeFiles } from "../../helpers/image/files.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

// Worker threads run compiled code only.
const { createCompressor } = (await import(pathToFileURL("dist/src/compression/compress.js").href)) as typeof CompressModule;

const base: WritableEntry = {
  path: "",
  type: EntryType.file,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeSeconds: 1_600_000_000,
  mtimeNanos: 0,
  size: 0,
  link: "",
  devMajor: 0,
  devMinor: 0,
  xattrs: [],
};

// Several gzip blocks and more than one zstd frame.
const content = Buffer.from(Array.from({ length: 17 << 20 }, (_, i) => (i * (i >> 12)) & 0x3f));
const long = `deep/${"directory-with-a-long-name/".repeat(12)}file`;

const items: readonly (readonly [WritableEntry, Buffer])[] = [
  [{ ...base, path: "deep", type: EntryType.directory, mode: 0o1750 }, Buffer.alloc(0)],
  [{ ...base, path: "big", mode: 0o4755, uid: 1_000_660_000, gid: 2_097_152, size: content.length }, content],
  [{ ...base, path: long, size: 5 }, Buffer.from("hello")],
  [{ ...base, path: "caf\xc3\xa9", mtimeSeconds: -86_400 }, Buffer.alloc(0)],
  [{ ...base, path: "link", type: EntryType.symlink, link: `/${long}` }, Buffer.alloc(0)],
  [{ ...base, path: "hard", type: EntryType.hardlink, link: long }, Buffer.alloc(0)],
  [{ ...base, path: "null", type: EntryType.charDevice, devMajor: 1, devMinor: 3, mode: 0o666 }, Buffer.alloc(0)],
];

const layerTar = Buffer.concat([...items.flatMap(([entry, data]) => [encodeEntryHeader(entry), data, padding(data.length)]), endOfArchive]);

async function layoutWith(kind: "gzip" | "zstd"): Promise<string> {
  const compressor = await createCompressor({ kind, threads: 2 });
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from([layerTar]).pipe(compressor)) pieces.push(piece as Buffer);
  const layer = { content: layerTar, compression: kind, stored: Buffer.concat(pieces) };
  return writeFiles(join(temporaryDirectory(), "layout"), ociLayout([{ layers: [layer], tags: ["written:1"] }]));
}

describeComponents(["umoci"], "umoci", () => {
  it("unpacks a gzip layer with every attribute", { timeout: 60_000 }, async () => {
    const bundle = join(temporaryDirectory(), "bundle");
    const layout = await layoutWith("gzip");
    const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as {
      manifests: { annotations: Record<string, string> }[];
    };
    await run("umoci", ["unpack", "--image", `${layout}:${index.manifests[0]!.annotations["org.opencontainers.image.ref.name"]}`, bundle]);
    const at = (path: string): string => join(bundle, "rootfs", path);
    expect(readFileSync(at("big")).equals(content)).toBe(true);
    expect(lstatSync(at("big"))).toMatchObject({ uid: 1_000_660_000, gid: 2_097_152, mode: 0o104755, mtimeMs: 1.6e12 });
    expect(lstatSync(at("deep")).mode & 0o7777).toBe(0o1750);
    expect(lstatSync(at("café")).mtimeMs).toBe(-86_400_000);
    expect(readlinkSync(at("link"))).toBe(`/${long}`);
    expect(lstatSync(at("hard")).ino).toBe(lstatSync(at(long)).ino);
    expect(lstatSync(at("null"))).toMatchObject({ rdev: 0x103, mode: 0o20666 });
  });
});

describeComponents(["skopeo"], "skopeo", () => {
  it.each(["gzip", "zstd"] as const)("unpacks a %s layer to the same bytes", { timeout: 60_000 }, async (kind) => {
    const layout = await layoutWith(kind);
    const directory = temporaryDirectory();
    await run("skopeo", ["copy", "--insecure-policy", "--dest-decompress", `oci:${layout}`, `dir:${directory}`]);
    expect(readFileSync(join(directory, createHash("sha256").update(layerTar).digest("hex"))).equals(layerTar)).toBe(true);
  });
});
