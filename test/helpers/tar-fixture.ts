/**
 * Tar archives for tests, from a plain description: every format and odd shape that layers come in.
 *
 *     tar([directory("etc"), file("etc/passwd", "root:x:0:0"), whiteout("tmp/old"), hardlink("etc/p2", "etc/passwd")])
 */
import { toBuffer } from "./tar/bytes.ts";
import type { Bytes } from "./tar/bytes.ts";
import { encodeEntry } from "./tar/encode.ts";
import type { FixtureItem, RawBlocks } from "./tar/entry.ts";
import { encodePaxRecords, paxBlocks } from "./tar/pax.ts";
import type { PaxRecord } from "./tar/pax.ts";

export { characterDevice, directory, fifo, file, hardlink, opaque, sparseFile, symlink, whiteout } from "./tar/entry.ts";
export type { FixtureEntry, FixtureItem } from "./tar/entry.ts";
export type { Bytes } from "./tar/bytes.ts";

export interface TarOptions {
  /** Zero blocks at the end; the format asks for 2. */
  readonly endBlocks?: number;
  /** Bytes after the end. */
  readonly trailing?: Bytes;
}

export function tar(items: readonly FixtureItem[], options: TarOptions = {}): Buffer {
  const blocks = items.map((item) => ("raw" in item ? item.raw : encodeEntry(item)));
  blocks.push(Buffer.alloc(512 * (options.endBlocks ?? 2)), toBuffer(options.trailing ?? ""));
  return Buffer.concat(blocks);
}

/** A PAX global header, which is not a file. */
export function paxGlobal(records: readonly PaxRecord[]): RawBlocks {
  return { raw: paxBlocks("g", encodePaxRecords(records)) };
}

/** A PAX header for the next entry with records as raw bytes, to break their syntax. */
export function rawPax(records: Bytes): RawBlocks {
  return { raw: paxBlocks("x", toBuffer(records)) };
}

/** Any bytes between entries. */
export function raw(bytes: Bytes): RawBlocks {
  return { raw: toBuffer(bytes) };
}
