/**
 * The table of contents of eStargz and zstd:chunked layers: one JSON object per tar entry, and more for the chunks of large files
 * (stargz-snapshotter, docs/estargz.md; containers/storage, pkg/chunked). Both share their keys.
 */
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { isObject, parseJsonObject } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry, Xattr } from "../../tar/entry.ts";

/** Where a file's content lies in the blob. */
export interface StoredContent {
  /** Byte of the blob at which a compressed member begins. */
  readonly start: number;
  /** Byte after the file's last member. */
  readonly end: number;
  /** Bytes of the uncompressed members before the file's first one. */
  readonly skip: number;
  /** Bytes of the file. */
  readonly size: number;
  readonly digest: Digest;
}

export interface Table {
  readonly entries: readonly TarEntry[];
  /** By entry index; regular files that are not empty. */
  readonly contents: ReadonlyMap<number, StoredContent>;
}

const types: Readonly<Record<string, EntryType>> = {
  reg: EntryType.file,
  dir: EntryType.directory,
  symlink: EntryType.symlink,
  hardlink: EntryType.hardlink,
  char: EntryType.charDevice,
  block: EntryType.blockDevice,
  fifo: EntryType.fifo,
};

/**
 * Null when the table says too little to stand for the layer: then the layer has to be read itself.
 * @param dataEnd the byte at which the last member of content ends.
 */
export function parseTable(bytes: Uint8Array, what: string, dataEnd: number): Table | null {
  const list = parseJsonObject(bytes, what)["entries"];
  if (!Array.isArray(list) || !list.every(isObject)) return null;
  const offsets = memberOffsets(list, dataEnd);
  const entries: TarEntry[] = [];
  const contents = new Map<number, StoredContent>();
  for (const row of list) {
    if (row["type"] === "chunk") continue;
    const entry = entryOf(row);
    if (entry === null) return null;
    if (entry.type === EntryType.file && entry.size > 0) {
      const content = contentOf(row, entry.size, offsets);
      if (content === null) return null;
      contents.set(entries.length, content);
    }
    entries.push(entry);
  }
  return { entries, contents };
}

/** Where members begin, ascending: of files, not of the chunks inside one. */
function memberOffsets(list: readonly JsonObject[], dataEnd: number): readonly number[] {
  const offsets = new Set([dataEnd]);
  for (const row of list) {
    const offset = row["offset"];
    if (row["type"] === "reg" && typeof offset === "number" && offset > 0) offsets.add(offset);
  }
  return [...offsets].toSorted((a, b) => a - b);
}

function contentOf(row: JsonObject, size: number, offsets: readonly number[]): StoredContent | null {
  const start = wholeNumber(row["offset"]);
  const digest = row["digest"];
  if (start === null || !isDigest(digest)) return null;
  const end = wholeNumber(row["endOffset"] ?? offsets[upperBound(offsets, start)]);
  const skip = wholeNumber(row["innerOffset"] ?? 0);
  return end === null || skip === null || end <= start ? null : { start, end, skip, size, digest };
}

/** Index of the first offset beyond `value`. */
function upperBound(offsets: readonly number[], value: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryOf(row: JsonObject): TarEntry | null {
  const type = typeof row["type"] === "string" ? types[row["type"]] : undefined;
  const path = byteString(row["name"]);
  const link = byteString(row["linkName"] ?? "");
  const size = wholeNumber(row["size"] ?? 0);
  const time = timeOf(row["modtime"]);
  const xattrs = xattrsOf(row["xattrs"]);
  const mode = wholeNumber(row["mode"] ?? 0);
  const [uid, gid, devMajor, devMinor] = ["uid", "gid", "devMajor", "devMinor"].map((key) => wholeNumber(row[key] ?? 0));
  if (type === undefined || path === null || link === null || size === null || time === null || xattrs === null || mode === null)
    return null;
  if (uid == null || gid == null || devMajor == null || devMinor == null) return null;
  const isDevice = type === EntryType.charDevice || type === EntryType.blockDevice;
  const isLink = type === EntryType.symlink || type === EntryType.hardlink;
  const bytes = type === EntryType.file ? size : 0;
  return {
    path,
    type,
    typeflag: typeflags[type],
    // zstd:chunked keeps the bits of the file's type too.
    mode: mode & 0o7777,
    uid,
    gid,
    ...time,
    size: bytes,
    link: isLink ? link : "",
    devMajor: isDevice ? devMajor : 0,
    devMinor: isDevice ? devMinor : 0,
    xattrs,
    sparse: null,
    // The table does not say where in the tar archive anything lies: content is found by `StoredContent` alone.
    headerOffset: 0,
    dataOffset: 0,
    storedSize: bytes,
  };
}

const typeflags: Readonly<Record<EntryType, string>> = {
  [EntryType.file]: "0",
  [EntryType.hardlink]: "1",
  [EntryType.symlink]: "2",
  [EntryType.charDevice]: "3",
  [EntryType.blockDevice]: "4",
  [EntryType.directory]: "5",
  [EntryType.fifo]: "6",
};

function wholeNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Null for text that has lost bytes: Go writes U+FFFD for whatever is not UTF-8. */
function byteString(value: unknown): string | null {
  if (typeof value !== "string" || value.includes("\uFFFD")) return null;
  return Buffer.from(value, "utf8").toString("latin1");
}

function timeOf(value: unknown): { readonly mtimeSeconds: number; readonly mtimeNanos: number } | null {
  // Go's zero time stands for none.
  if (value === undefined || value === "" || value === "0001-01-01T00:00:00Z") return { mtimeSeconds: 0, mtimeNanos: 0 };
  const parts = typeof value === "string" ? /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(value) : null;
  const milliseconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`);
  if (Number.isNaN(milliseconds)) return null;
  return { mtimeSeconds: milliseconds / 1000, mtimeNanos: Number((parts![2] ?? "").padEnd(9, "0")) };
}

function xattrsOf(value: unknown): readonly Xattr[] | null {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) return null;
  const xattrs: Xattr[] = [];
  for (const [key, encoded] of Object.entries(value)) {
    const name = byteString(key);
    if (name === null || typeof encoded !== "string") return null;
    xattrs.push({ name, value: Buffer.from(encoded, "base64").toString("latin1") });
  }
  return xattrs;
}
