/** eStargz layers (stargz-snapshotter, docs/estargz.md), built here since no tool for them is packaged: gzip members, table, footer. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import { toBuffer } from "../tar/bytes.ts";
import { encodeEntry } from "../tar/encode.ts";
import type { FixtureEntry, FixtureType } from "../tar/entry.ts";
import { file, tar } from "../tar-fixture.ts";

export interface EstargzLayer {
  readonly blob: Buffer;
  /** The uncompressed tar archive. */
  readonly tar: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

const types: Readonly<Record<FixtureType, string>> = {
  file: "reg",
  contiguous: "reg",
  directory: "dir",
  symlink: "symlink",
  hardlink: "hardlink",
  "character-device": "char",
  "block-device": "block",
  fifo: "fifo",
};

/** Headers go into members of their own, content into one member a chunk. */
export function estargz(entries: readonly FixtureEntry[], options: { readonly chunkSize?: number } = {}): EstargzLayer {
  const chunkSize = options.chunkSize ?? 4 * 1024 * 1024;
  const members: Buffer[] = [];
  const uncompressed: Buffer[] = [];
  let blobOffset = 0;
  const put = (bytes: Buffer): number => {
    const at = blobOffset;
    const member = gzipSync(bytes);
    members.push(member);
    uncompressed.push(bytes);
    blobOffset += member.length;
    return at;
  };
  const rows: Record<string, unknown>[] = [];
  let pending: Buffer = Buffer.alloc(0);
  for (const entry of entries) {
    const encoded = encodeEntry(entry);
    const content = toBuffer(entry.content ?? "");
    const headerLength = encoded.length - Math.ceil(content.length / 512) * 512;
    const row = rowOf(entry, content);
    rows.push(row);
    pending = Buffer.concat([pending, encoded.subarray(0, headerLength)]);
    if (content.length === 0) continue;
    put(pending);
    for (let from = 0; from < content.length; from += chunkSize) {
      const chunk = content.subarray(from, from + chunkSize);
      const target: Record<string, unknown> = from === 0 ? row : { name: row["name"], type: "chunk" };
      if (from > 0) rows.push(target);
      const place = content.length > chunkSize ? { chunkOffset: from, chunkSize: chunk.length } : {};
      Object.assign(target, { offset: put(chunk), chunkDigest: digest(chunk) }, place);
    }
    pending = encoded.subarray(headerLength + content.length);
  }
  if (pending.length > 0) put(pending);
  const json = Buffer.from(JSON.stringify({ version: 1, entries: rows }));
  const tocOffset = put(tar([file("stargz.index.json", json, { mode: 0, mtime: 0 })]));
  return {
    blob: Buffer.concat([...members, footer(tocOffset)]),
    tar: Buffer.concat(uncompressed),
    annotations: { "containerd.io/snapshot/stargz/toc.digest": digest(json) },
  };
}

function rowOf(entry: FixtureEntry, content: Buffer): Record<string, unknown> {
  const isDirectory = entry.type === "directory";
  const mtime = entry.mtime ?? 1_000_000_000;
  return {
    name: String(entry.name),
    type: types[entry.type],
    modtime: new Date(mtime * 1000).toISOString().replace(".000Z", "Z"),
    mode: entry.mode ?? (isDirectory ? 0o755 : 0o644),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    ...(content.length > 0 && { size: content.length, digest: digest(content) }),
    ...(entry.link !== undefined && { linkName: String(entry.link) }),
    ...(entry.device !== undefined && { devMajor: entry.device[0], devMinor: entry.device[1] }),
    ...(entry.xattrs !== undefined && {
      xattrs: Object.fromEntries(Object.entries(entry.xattrs).map(([key, value]) => [key, toBuffer(value).toString("base64")])),
    }),
  };
}

function footer(tocOffset: number): Buffer {
  const field = Buffer.from(`SG\u0016\u0000${tocOffset.toString(16).padStart(16, "0")}STARGZ`, "latin1");
  const header = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, field.length, 0]);
  return Buffer.concat([header, field, Buffer.from([1, 0, 0, 0xff, 0xff]), Buffer.alloc(8)]);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
