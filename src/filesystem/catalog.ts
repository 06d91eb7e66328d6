/**
 * What one layer blob says: its entries in stored order, column by column, so that a million of them move between threads and to disk
 * without being copied one by one. A pure function of the blob.
 */
import type { NumericColumn } from "../base/grown.ts";
import type { EntryType, SparseSegment, TarEntry, Xattr } from "../tar/entry.ts";

/** Bytes of a content hash (SHA-256). All zeros stands for "not computed". */
export const hashBytes = 32;
/** Bytes of a fingerprint. All zeros stands for "not computed". */
export const fingerprintBytes = 16;

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
  /** CRC-32 of the first bytes of a file's content, 0 where not computed; null when none is. Tells most files of the same size apart. */
  prefixes: Uint32Array | null;
  /** What tells the content of large files apart, 16 bytes an entry, zeros where not computed; null when none is. See `scan/content/fingerprint.ts`. */
  fingerprints: Uint8Array | null;
  /** By entry index, what few entries have. */
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

/** The columns in buffers of their own, for another thread: a message carries the whole buffer that a column is a part of. */
export function ownColumns(columns: CatalogColumns): CatalogColumns {
  const own = Object.entries(columns).map(([name, column]) => [
    name,
    ArrayBuffer.isView(column) ? ownColumn(column as NumericColumn) : column,
  ]);
  return Object.fromEntries(own) as CatalogColumns;
}

export function ownColumn<T extends NumericColumn>(column: T): T {
  return column.byteLength === column.buffer.byteLength ? column : (column.slice() as T);
}

const none: readonly Xattr[] = [];

export class Catalog {
  readonly columns: CatalogColumns;
  /** All names in one string. Cutting each out of it costs a fraction of decoding them one by one. */
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

  /** True when the stored name begins with a slash. */
  isRooted(index: number): boolean {
    const { names, nameEnds } = this.columns;
    const start = index === 0 ? 0 : nameEnds[index - 1]!;
    return start < nameEnds[index]! && names[start] === 0x2f;
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

  /** As the header has it. */
  typeflag(index: number): string {
    return this.columns.extras.get(index)?.typeflag ?? String(this.type(index));
  }

  xattrs(index: number): readonly Xattr[] {
    return this.columns.extras.get(index)?.xattrs ?? none;
  }

  /** SHA-256 of the content in hex; null when not computed, or the entry is not a regular file. */
  hash(index: number): string | null {
    return hexAt(this.columns.hashes, index, hashBytes);
  }

  hasHash(index: number): boolean {
    return isComputed(this.columns.hashes, index, hashBytes);
  }

  /** Whether two entries whose hashes are computed hold the same bytes. */
  sameHash(index: number, other: Catalog, otherIndex: number): boolean {
    const a = this.columns.hashes!;
    const b = other.columns.hashes!;
    const [from, to] = [index * hashBytes, otherIndex * hashBytes];
    for (let i = 0; i < hashBytes; i += 1) if (a[from + i] !== b[to + i]) return false;
    return true;
  }

  /** Whether what is computed of two entries of one size proves that they do not hold the same bytes. Both are of catalogs made with one key. */
  tellsApart(index: number, other: Catalog, otherIndex: number): boolean {
    const [one, two] = [this.fingerprint(index), other.fingerprint(otherIndex)];
    if (one !== null && two !== null && one !== two) return true;
    const [first, second] = [this.prefix(index), other.prefix(otherIndex)];
    return first !== 0 && second !== 0 && first !== second;
  }

  /** In hex; null when not computed. Among catalogs made with one key it is equal exactly where the content is. */
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
      typeflag: this.typeflag(index),
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
  // Most entries have none, and seeing that costs a fraction of making a string.
  if (column === null || !isComputed(column, index, bytes)) return null;
  return Buffer.from(column.buffer, column.byteOffset + index * bytes, bytes).toString("hex");
}

function isComputed(column: Uint8Array | null, index: number, bytes: number): boolean {
  if (column === null) return false;
  for (let at = index * bytes; at < (index + 1) * bytes; at += 1) if (column[at] !== 0) return true;
  return false;
}
