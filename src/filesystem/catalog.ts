/**
 * What one layer blob says: its entries in stored order, column by column, so that a million of them move between threads and to disk
 * without being copied one by one. A pure function of the blob.
 */
import type { EntryType, SparseSegment, TarEntry, Xattr } from "../tar/entry.ts";

/** Bytes of a content hash (SHA-256). All zeros stands for "not computed". */
export const hashBytes = 32;
/** Bytes of a fingerprint. All zeros stands for "not computed". */
const fingerprintBytes = 16;

export interface CatalogColumns {
  /** Stored names, one after the other; `nameEnds[i]` is where entry i's name ends. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  readonly types: Uint8Array;
  readonly modes: Uint16Array;
  readonly uids: Float64Array;
  readonly gids: Float64Array;
  readonly mtimeSeconds: Float64Array;
  readonly mtimeNanos: Uint32Array;
  readonly sizes: Float64Array;
  readonly headerOffsets: Float64Array;
  readonly dataOffsets: Float64Array;
  readonly storedSizes: Float64Array;
  /** SHA-256 of each file's content, 32 bytes an entry, zeros where not computed; null when none is. */
  hashes: Uint8Array | null;
  /** CRC-32 of the first bytes of a file's content, 0 where not computed; null when none is. Tells most different files of one size apart. */
  prefixes: Uint32Array | null;
  /** What tells the content of large files apart, 16 bytes an entry, zeros where not computed; null when none is. See `scan/fingerprint.ts`. */
  fingerprints: Uint8Array | null;
  /** What only few entries have, by entry index. */
  readonly extras: ReadonlyMap<number, EntryExtra>;
}

export interface EntryExtra {
  readonly link?: string;
  readonly devMajor?: number;
  readonly devMinor?: number;
  readonly xattrs?: readonly Xattr[];
  readonly sparse?: readonly SparseSegment[];
  /** Kept when it is not the usual letter of the type. */
  readonly typeflag?: string;
}

const none: readonly Xattr[] = [];

export class Catalog {
  readonly columns: CatalogColumns;
  /** All names in one string, of which each is a piece: cutting them out costs a fraction of decoding them one by one. */
  #text: string | null = null;

  constructor(columns: CatalogColumns) {
    this.columns = columns;
  }

  /** Number of entries, whiteouts and duplicates included. */
  get length(): number {
    return this.columns.types.length;
  }

  /** The stored name as a byte string, neither cleaned nor resolved. */
  path(index: number): string {
    const { names, nameEnds } = this.columns;
    const text = (this.#text ??= Buffer.from(names.buffer, names.byteOffset, names.byteLength).toString("latin1"));
    return text.slice(index === 0 ? 0 : nameEnds[index - 1], nameEnds[index]);
  }

  type(index: number): EntryType {
    return this.columns.types[index] as EntryType;
  }

  /** Bytes of content as a reader of the file sees them; 0 for anything but regular files. */
  size(index: number): number {
    return this.columns.sizes[index]!;
  }

  link(index: number): string {
    return this.columns.extras.get(index)?.link ?? "";
  }

  xattrs(index: number): readonly Xattr[] {
    return this.columns.extras.get(index)?.xattrs ?? none;
  }

  /** SHA-256 of the content in hex; null when not computed, or the entry is no regular file. */
  hash(index: number): string | null {
    return hexAt(this.columns.hashes, index, hashBytes);
  }

  hasHash(index: number): boolean {
    const { hashes } = this.columns;
    if (hashes === null) return false;
    for (let at = index * hashBytes; at < (index + 1) * hashBytes; at += 1) if (hashes[at] !== 0) return true;
    return false;
  }

  /** In hex; null when not computed. Equal for equal content and never for other, among catalogs that were made with one key. */
  fingerprint(index: number): string | null {
    return hexAt(this.columns.fingerprints, index, fingerprintBytes);
  }

  prefix(index: number): number {
    return this.columns.prefixes?.[index] ?? 0;
  }

  setPrefix(index: number, prefix: number): void {
    this.columns.prefixes ??= new Uint32Array(this.length);
    this.columns.prefixes[index] = prefix;
  }

  /** Records the SHA-256 of a file's content, computed after the scan. */
  setHash(index: number, hash: Uint8Array): void {
    this.columns.hashes ??= new Uint8Array(this.length * hashBytes);
    this.columns.hashes.set(hash, index * hashBytes);
  }

  /** The whole entry as the tar reader gave it. */
  entry(index: number): TarEntry {
    const c = this.columns;
    const extra = c.extras.get(index);
    const type = this.type(index);
    return {
      path: this.path(index),
      type,
      typeflag: extra?.typeflag ?? String(type),
      mode: c.modes[index]!,
      uid: c.uids[index]!,
      gid: c.gids[index]!,
      mtimeSeconds: c.mtimeSeconds[index]!,
      mtimeNanos: c.mtimeNanos[index]!,
      size: c.sizes[index]!,
      link: extra?.link ?? "",
      devMajor: extra?.devMajor ?? 0,
      devMinor: extra?.devMinor ?? 0,
      xattrs: extra?.xattrs ?? none,
      sparse: extra?.sparse ?? null,
      headerOffset: c.headerOffsets[index]!,
      dataOffset: c.dataOffsets[index]!,
      storedSize: c.storedSizes[index]!,
    };
  }
}

function hexAt(column: Uint8Array | null, index: number, bytes: number): string | null {
  if (column === null) return null;
  const value = Buffer.from(column.buffer, column.byteOffset + index * bytes, bytes).toString("hex");
  return /[^0]/.test(value) ? value : null;
}

type NumericColumn = Uint8Array | Uint16Array | Uint32Array | Float64Array;

function grown<T extends NumericColumn>(column: T, length: number): T {
  const Column = column.constructor as new (length: number) => T;
  const next = new Column(length);
  next.set(column);
  return next;
}

/** Collects entries as the tar reader finds them. */
export class CatalogBuilder {
  #length = 0;
  #capacity = 1024;
  #nameLength = 0;
  #names: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #nameEnds = new Uint32Array(this.#capacity);
  #types = new Uint8Array(this.#capacity);
  #modes = new Uint16Array(this.#capacity);
  #uids = new Float64Array(this.#capacity);
  #gids = new Float64Array(this.#capacity);
  #mtimeSeconds = new Float64Array(this.#capacity);
  #mtimeNanos = new Uint32Array(this.#capacity);
  #sizes = new Float64Array(this.#capacity);
  #headerOffsets = new Float64Array(this.#capacity);
  #dataOffsets = new Float64Array(this.#capacity);
  #storedSizes = new Float64Array(this.#capacity);
  #hashes: Uint8Array | null = null;
  #fingerprints: Uint8Array | null = null;
  #extras = new Map<number, EntryExtra>();

  get length(): number {
    return this.#length;
  }

  /** Returns the entry's index. */
  add(entry: TarEntry): number {
    const index = this.#length;
    if (index === this.#capacity) this.#grow();
    this.#length += 1;
    this.#addName(index, entry.path);
    this.#types[index] = entry.type;
    this.#modes[index] = entry.mode;
    this.#uids[index] = entry.uid;
    this.#gids[index] = entry.gid;
    this.#mtimeSeconds[index] = entry.mtimeSeconds;
    this.#mtimeNanos[index] = entry.mtimeNanos;
    this.#sizes[index] = entry.size;
    this.#headerOffsets[index] = entry.headerOffset;
    this.#dataOffsets[index] = entry.dataOffset;
    this.#storedSizes[index] = entry.storedSize;
    const extra = extraOf(entry);
    if (extra !== null) this.#extras.set(index, extra);
    return index;
  }

  /** Sets the SHA-256 of a file's content. */
  setHash(index: number, hash: Uint8Array): void {
    this.#hashes ??= new Uint8Array(this.#capacity * hashBytes);
    this.#hashes.set(hash, index * hashBytes);
  }

  setFingerprint(index: number, fingerprint: Uint8Array): void {
    this.#fingerprints ??= new Uint8Array(this.#capacity * fingerprintBytes);
    this.#fingerprints.set(fingerprint, index * fingerprintBytes);
  }

  /** Adds the entries of another builder. */
  append(part: CatalogColumns): void {
    const from = this.#length;
    const length = from + part.types.length;
    while (length > this.#capacity) this.#grow();
    this.#reserveNames(part.names.length);
    this.#names.set(part.names, this.#nameLength);
    for (let i = from; i < length; i += 1) this.#nameEnds[i] = this.#nameLength + part.nameEnds[i - from]!;
    this.#nameLength += part.names.length;
    this.#types.set(part.types, from);
    this.#modes.set(part.modes, from);
    this.#uids.set(part.uids, from);
    this.#gids.set(part.gids, from);
    this.#mtimeSeconds.set(part.mtimeSeconds, from);
    this.#mtimeNanos.set(part.mtimeNanos, from);
    this.#sizes.set(part.sizes, from);
    this.#headerOffsets.set(part.headerOffsets, from);
    this.#dataOffsets.set(part.dataOffsets, from);
    this.#storedSizes.set(part.storedSizes, from);
    if (part.hashes !== null) (this.#hashes ??= new Uint8Array(this.#capacity * hashBytes)).set(part.hashes, from * hashBytes);
    if (part.fingerprints !== null)
      (this.#fingerprints ??= new Uint8Array(this.#capacity * fingerprintBytes)).set(part.fingerprints, from * fingerprintBytes);
    for (const [index, extra] of part.extras) this.#extras.set(from + index, extra);
    this.#length = length;
  }

  /** What was added so far, in columns of its own. */
  build(): Catalog {
    return this.#catalog((column, length) => column.slice(0, length) as typeof column);
  }

  /** As `build`, but without copying: valid until more is added. */
  view(): Catalog {
    return this.#catalog((column, length) => column.subarray(0, length) as typeof column);
  }

  /** As `build`, and begins anew. */
  take(): Catalog {
    const catalog = this.build();
    this.#length = 0;
    this.#nameLength = 0;
    this.#hashes = null;
    this.#fingerprints = null;
    this.#extras = new Map();
    return catalog;
  }

  #catalog(cut: <T extends NumericColumn>(column: T, length: number) => T): Catalog {
    const n = this.#length;
    // A Buffer's `slice` does not copy, other typed arrays' does.
    const { buffer, byteOffset, byteLength } = this.#names;
    return new Catalog({
      names: cut<Uint8Array>(new Uint8Array(buffer, byteOffset, byteLength), this.#nameLength),
      nameEnds: cut(this.#nameEnds, n),
      types: cut(this.#types, n),
      modes: cut(this.#modes, n),
      uids: cut(this.#uids, n),
      gids: cut(this.#gids, n),
      mtimeSeconds: cut(this.#mtimeSeconds, n),
      mtimeNanos: cut(this.#mtimeNanos, n),
      sizes: cut(this.#sizes, n),
      headerOffsets: cut(this.#headerOffsets, n),
      dataOffsets: cut(this.#dataOffsets, n),
      storedSizes: cut(this.#storedSizes, n),
      hashes: this.#hashes === null ? null : cut(this.#hashes, n * hashBytes),
      prefixes: null,
      fingerprints: this.#fingerprints === null ? null : cut(this.#fingerprints, n * fingerprintBytes),
      extras: this.#extras,
    });
  }

  #addName(index: number, path: string): void {
    this.#reserveNames(path.length);
    this.#names.write(path, this.#nameLength, "latin1");
    this.#nameLength += path.length;
    this.#nameEnds[index] = this.#nameLength;
  }

  #reserveNames(bytes: number): void {
    if (this.#nameLength + bytes <= this.#names.length) return;
    const next = Buffer.allocUnsafeSlow(Math.max(this.#names.length * 2, this.#nameLength + bytes));
    this.#names.copy(next, 0, 0, this.#nameLength);
    this.#names = next;
  }

  #grow(): void {
    const length = (this.#capacity *= 2);
    this.#nameEnds = grown(this.#nameEnds, length);
    this.#types = grown(this.#types, length);
    this.#modes = grown(this.#modes, length);
    this.#uids = grown(this.#uids, length);
    this.#gids = grown(this.#gids, length);
    this.#mtimeSeconds = grown(this.#mtimeSeconds, length);
    this.#mtimeNanos = grown(this.#mtimeNanos, length);
    this.#sizes = grown(this.#sizes, length);
    this.#headerOffsets = grown(this.#headerOffsets, length);
    this.#dataOffsets = grown(this.#dataOffsets, length);
    this.#storedSizes = grown(this.#storedSizes, length);
    if (this.#hashes !== null) this.#hashes = grown(this.#hashes, length * hashBytes);
    if (this.#fingerprints !== null) this.#fingerprints = grown(this.#fingerprints, length * fingerprintBytes);
  }
}

function extraOf(entry: TarEntry): EntryExtra | null {
  const extra: { -readonly [K in keyof EntryExtra]: EntryExtra[K] } = {};
  if (entry.link !== "") extra.link = entry.link;
  if (entry.devMajor !== 0) extra.devMajor = entry.devMajor;
  if (entry.devMinor !== 0) extra.devMinor = entry.devMinor;
  if (entry.xattrs.length > 0) extra.xattrs = entry.xattrs;
  if (entry.sparse !== null) extra.sparse = entry.sparse;
  if (entry.typeflag !== String(entry.type)) extra.typeflag = entry.typeflag;
  return Object.keys(extra).length > 0 ? extra : null;
}
