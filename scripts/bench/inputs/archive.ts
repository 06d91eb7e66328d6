/** Writes large docker-archives without holding them in memory: each layer's tar to a file of its own, then all into one archive. */
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

import { jsonBlob } from "../../../test/helpers/image/build.ts";
import { encodeEntry } from "../../../test/helpers/tar/encode.ts";
import { file } from "../../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../../test/helpers/tar-fixture.ts";

/** In every archive. */
export const imageName = "bench:latest";

export interface LayerSource {
  readonly createdBy: string;
  readonly entries: Iterable<FixtureEntry>;
}

export interface LayerFile {
  readonly path: string;
  readonly diffId: string;
  readonly bytes: number;
}

export interface BenchImage {
  /** The docker-archive. */
  readonly archive: string;
  /** The uncompressed layers it was made of, bottom first. */
  readonly layers: readonly LayerFile[];
  readonly config: Buffer;
}

/** Writes `NAME.tar` and `NAME/N.tar` into the directory. */
export function writeImage(directory: string, name: string, sources: readonly LayerSource[]): BenchImage {
  const layers: LayerFile[] = [];
  mkdirSync(join(directory, name), { recursive: true });
  for (const [index, source] of sources.entries()) layers.push(writeLayer(join(directory, name, `${index}.tar`), source.entries));
  const config = jsonBlob({
    architecture: "amd64",
    os: "linux",
    created: "2025-10-02T09:30:00Z",
    config: { Env: ["PATH=/usr/bin"] },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: sources.map((source) => ({ created: "2025-10-02T09:30:00Z", created_by: source.createdBy })),
  });
  const archive = join(directory, `${name}.tar`);
  writeArchive(archive, layers, config.bytes);
  return { archive, layers, config: config.bytes };
}

function writeLayer(path: string, entries: Iterable<FixtureEntry>): LayerFile {
  const hash = createHash("sha256");
  const out = openSync(path, "w");
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(pending);
    hash.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
    pending = [];
    pendingBytes = 0;
  };
  for (const entry of entries) {
    const blocks = encodeEntry(entry);
    pending.push(blocks);
    pendingBytes += blocks.length;
    if (pendingBytes > 8 * 1024 * 1024) flush();
  }
  pending.push(Buffer.alloc(1024));
  flush();
  closeSync(out);
  return { path, diffId: `sha256:${hash.digest("hex")}`, bytes: statSync(path).size };
}

function writeArchive(path: string, layers: readonly LayerFile[], config: Buffer): void {
  const out = openSync(path, "w");
  const configName = `${createHash("sha256").update(config).digest("hex")}.json`;
  const name = (layer: LayerFile): string => `${layer.diffId.slice(7)}/layer.tar`;
  for (const layer of new Map(layers.map((each) => [each.diffId, each])).values()) {
    writeSync(out, encodeEntry({ ...file(name(layer)), claimedSize: layer.bytes }));
    copyInto(out, layer);
  }
  writeSync(out, encodeEntry(file(configName, config)));
  const manifest = [{ Config: configName, RepoTags: [imageName], Layers: layers.map((layer) => name(layer)) }];
  writeSync(out, encodeEntry(file("manifest.json", JSON.stringify(manifest))));
  writeSync(out, Buffer.alloc(1024));
  closeSync(out);
}

/** A layer's length is a multiple of 512 already: tar archives are. */
function copyInto(out: number, layer: LayerFile): void {
  const from = openSync(layer.path, "r");
  const buffer = Buffer.allocUnsafe(8 * 1024 * 1024);
  for (let length = readSync(from, buffer); length > 0; length = readSync(from, buffer)) {
    for (let at = 0; at < length;) at += writeSync(out, buffer, at, length - at);
  }
  closeSync(from);
}
