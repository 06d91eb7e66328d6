/** The four ways GNU tar has stored files with holes (GNU tar manual § Storing Sparse Files). */
import { blockSize, padded, toBuffer } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import type { FixtureEntry, SparseFixture } from "./entry.ts";
import type { HeaderFields } from "./header.ts";
import { member } from "./member.ts";
import { encodePaxRecords, paxBlocks } from "./pax.ts";

interface Segment {
  readonly offset: number;
  readonly data: Buffer;
}

/** Typeflag `S`: four segments in the header, 21 in each extension block that follows it. */
export function gnuSparse(entry: FixtureEntry, fields: HeaderFields, sparse: SparseFixture): Buffer {
  const segments = withEndMarker(sparse);
  const stored = Buffer.concat(segments.map((segment) => segment.data));
  const rest = segments.slice(4);
  const extensions: Buffer[] = [];
  for (let at = 0; at < rest.length; at += 21) {
    const block = Buffer.alloc(blockSize);
    rest.slice(at, at + 21).forEach((segment, index) => writeSegment(block, index * 24, segment));
    if (at + 21 < rest.length) block[504] = 1;
    extensions.push(block);
  }
  const patch = (header: Buffer): void => {
    segments.slice(0, 4).forEach((segment, index) => writeSegment(header, 386 + index * 24, segment));
    if (extensions.length > 0) header[482] = 1;
    writeOctal(header, 483, sparse.size);
    entry.patch?.(header);
  };
  const head = member({ ...entry, patch }, { ...fields, typeflag: "S", size: stored.length }, Buffer.alloc(0));
  return Buffer.concat([head, ...extensions, padded(stored)]);
}

/** Versions 0.0, 0.1 and 1.0: the map in PAX records or before the content. */
export function paxSparse(entry: FixtureEntry, fields: HeaderFields, sparse: SparseFixture): Buffer {
  const segments = withEndMarker(sparse);
  const data = Buffer.concat(segments.map((segment) => segment.data));
  const name = toBuffer(entry.name);
  const shadowName = Buffer.from(`GNUSparseFile.0/${name.toString("latin1").slice(-60)}`, "latin1");
  const records: [string, Bytes][] = [];
  let content = data;
  if (sparse.form === "pax-1.0") {
    const map = [segments.length, ...segments.flatMap((segment) => [segment.offset, segment.data.length])].map((n) => `${n}\n`).join("");
    records.push(
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.name", name],
      ["GNU.sparse.realsize", String(sparse.size)],
    );
    content = Buffer.concat([padded(Buffer.from(map)), data]);
  } else {
    records.push(["GNU.sparse.size", String(sparse.size)], ["GNU.sparse.numblocks", String(segments.length)]);
    if (sparse.form === "pax-0.1") {
      const map = segments.flatMap((segment) => [segment.offset, segment.data.length]).join(",");
      records.push(["GNU.sparse.name", name], ["GNU.sparse.map", map]);
    } else {
      for (const segment of segments) {
        records.push(["GNU.sparse.offset", String(segment.offset)], ["GNU.sparse.numbytes", String(segment.data.length)]);
      }
    }
  }
  for (const [key, value] of Object.entries(entry.xattrs ?? {})) records.push([`SCHILY.xattr.${key}`, value]);
  const stored: HeaderFields = { ...fields, name: sparse.form === "pax-0.0" ? name : shadowName, size: content.length };
  return Buffer.concat([paxBlocks("x", encodePaxRecords([...(entry.pax ?? []), ...records])), member(entry, stored, content)]);
}

/** GNU tar closes the map with an empty segment at the end when the file ends in a hole. */
function withEndMarker(sparse: SparseFixture): Segment[] {
  const segments = sparse.segments.map((segment) => ({ offset: segment.offset, data: toBuffer(segment.data) }));
  const last = segments.at(-1);
  const end = last === undefined ? 0 : last.offset + last.data.length;
  if (end < sparse.size) segments.push({ offset: sparse.size, data: Buffer.alloc(0) });
  return segments;
}

function writeSegment(block: Buffer, at: number, segment: Segment): void {
  writeOctal(block, at, segment.offset);
  writeOctal(block, at + 12, segment.data.length);
}

function writeOctal(block: Buffer, at: number, value: number): void {
  block.write(`${value.toString(8).padStart(11, "0")}\0`, at, 12, "latin1");
}
