/** Finds a layer's table of contents by Range, and checks it against the digest that the manifest promises. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { createDecompressor } from "../../compression/decompress.ts";
import { BallastError } from "../../base/errors.ts";
import { algorithmOf, digestOf, isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { Layer } from "../../image/image.ts";
import { TarParser } from "../../tar/read/parser.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** Bytes of a table, packed or not; larger ones are left alone, the layer is read instead. */
const maxTableBytes = 256 * 1024 * 1024;

export interface RawTable {
  readonly kind: "estargz" | "zstd:chunked";
  readonly json: Buffer;
  /** The byte of the blob at which content ends. */
  readonly dataEnd: number;
  /** The byte at which the table ends. */
  readonly tableEnd: number;
  /** The entry that the table itself is in the tar archive; zstd:chunked hides it in a skippable frame. */
  readonly ownEntry: TarEntry | null;
  /** Bytes of the blob that were read. */
  readonly fetchedBytes: number;
}

/**
 * Null when the layer carries no table, its place does not make sense, or the other side knows no ranges.
 * @throws {BallastError} digest-mismatch when the table is not the one that the manifest promises
 */
export async function readTable(layer: Layer): Promise<RawTable | null> {
  if (layer.openRange === undefined || layer.storedBytes === null) return null;
  const { annotations } = layer;
  const estargz = annotations["containerd.io/snapshot/stargz/toc.digest"];
  if (isDigest(estargz)) return readEstargz(layer, layer.storedBytes, estargz);
  // buildah before 1.31 wrote the annotations without `github`.
  const chunked = (key: string): string | undefined =>
    annotations[`io.github.containers.zstd-chunked.${key}`] ?? annotations[`io.containers.zstd-chunked.${key}`];
  const checksum = chunked("manifest-checksum");
  const position = chunked("manifest-position");
  if (isDigest(checksum) && position !== undefined) return readZstdChunked(layer, layer.storedBytes, checksum, position);
  return null;
}

/** gzip's own header and trailer around an extra field: the offset of the table in 16 hex digits, and `STARGZ`. */
const footerBytes = 51;

async function readEstargz(layer: Layer, size: number, promised: Digest): Promise<RawTable | null> {
  if (size <= footerBytes) return null;
  const footer = await readRange(layer, size - footerBytes, size);
  const offset = footer === null ? null : tocOffset(footer);
  if (offset === null || offset >= size - footerBytes || size - offset > maxTableBytes) return null;
  const packed = await readRange(layer, offset, size - footerBytes);
  if (packed === null) return null;
  let tar: Buffer;
  try {
    tar = await promisify(gunzip)(packed, { maxOutputLength: maxTableBytes });
  } catch (error) {
    throw mismatch(layer, "its table of contents cannot be unpacked", error);
  }
  const found = tableInTar(tar);
  if (found === null) throw mismatch(layer, "there is no table of contents where its footer says");
  check(layer, found.json, promised);
  return {
    kind: "estargz",
    json: found.json,
    ownEntry: found.entry,
    dataEnd: offset,
    tableEnd: size - footerBytes,
    fetchedBytes: footerBytes + packed.length,
  };
}

/** RFC 1952 extra field with the subfield `SG`, 22 bytes long. */
function tocOffset(footer: Buffer): number | null {
  const isGzip = footer.readUInt16BE(0) === 0x1f8b && (footer[3]! & 4) !== 0;
  const hasField = footer.readUInt16LE(10) === 26 && footer.toString("latin1", 12, 14) === "SG" && footer.readUInt16LE(14) === 22;
  const text = footer.toString("latin1", 16, 38);
  return isGzip && hasField && /^[0-9a-f]{16}STARGZ$/.test(text) ? Number.parseInt(text.slice(0, 16), 16) : null;
}

function tableInTar(tar: Buffer): { readonly entry: TarEntry; readonly json: Buffer } | null {
  let own: TarEntry | null = null;
  const chunks: Buffer[] = [];
  const parser = new TarParser({
    entry: (entry) => {
      if (own !== null || entry.path !== "stargz.index.json") return false;
      own = entry;
      return true;
    },
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    endEntry: () => {},
  });
  parser.write(tar);
  return own === null ? null : { entry: own, json: Buffer.concat(chunks) };
}

/** `offset:packed bytes:bytes:type`; the table lies packed in a skippable frame. */
async function readZstdChunked(layer: Layer, size: number, promised: Digest, position: string): Promise<RawTable | null> {
  const numbers = /^(\d+):(\d+):(\d+):(\d+)$/.exec(position)?.slice(1).map(Number);
  if (numbers === undefined) return null;
  const [offset, packedBytes, bytes, type] = numbers as [number, number, number, number];
  if (type !== 1 || offset + packedBytes > size || packedBytes > maxTableBytes || bytes > maxTableBytes) return null;
  const packed = await readRange(layer, offset, offset + packedBytes);
  if (packed === null) return null;
  check(layer, packed, promised);
  const chunks: Buffer[] = [];
  let length = 0;
  const unpacked = await createDecompressor("zstd");
  unpacked.end(packed);
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytes) return null;
    chunks.push(chunk);
  }
  // A skippable frame's header lies before the table, 8 bytes long.
  return {
    kind: "zstd:chunked",
    json: Buffer.concat(chunks),
    ownEntry: null,
    dataEnd: offset - 8,
    tableEnd: offset + packedBytes,
    fetchedBytes: packed.length,
  };
}

async function readRange(layer: Layer, start: number, end: number): Promise<Buffer | null> {
  const stream = await layer.openRange!({ start, end });
  if (stream === null) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function check(layer: Layer, bytes: Buffer, promised: Digest): void {
  const actual = digestOf(bytes, algorithmOf(promised));
  if (actual !== promised) throw mismatch(layer, `its table of contents should have the digest ${promised} but has ${actual}`);
}

function mismatch(layer: Layer, what: string, cause?: unknown): BallastError {
  return new BallastError("digest-mismatch", `layer ${layer.index} (${layer.digest ?? layer.diffId}): ${what}`, {
    hint: "the layer was damaged or tampered with after it was made; build and push the image again",
    cause,
  });
}
