import type { TarEntry } from "../tar/entry.ts";
import { grown, growth } from "../base/grown.ts";
import type { NumericColumn } from "../base/grown.ts";
import { Catalog, fingerprintBytes, hashBytes } from "./catalog.ts";
import type { CatalogColumns, EntryExtra } from "./catalog.ts";

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
  #prefixes: Uint32Array | null = null;
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

  setPrefix(index: number, prefix: number): void {
    this.#prefixes ??= new Uint32Array(this.#capacity);
    this.#prefixes[index] = prefix;
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
    setUnlessZero(this.#uids, part.uids, from);
    setUnlessZero(this.#gids, part.gids, from);
    this.#mtimeSeconds.set(part.mtimeSeconds, from);
    setUnlessZero(this.#mtimeNanos, part.mtimeNanos, from);
    this.#sizes.set(part.sizes, from);
    this.#headerOffsets.set(part.headerOffsets, from);
    this.#dataOffsets.set(part.dataOffsets, from);
    this.#storedSizes.set(part.storedSizes, from);
    if (part.hashes !== null) (this.#hashes ??= new Uint8Array(this.#capacity * hashBytes)).set(part.hashes, from * hashBytes);
    if (part.prefixes !== null) (this.#prefixes ??= new Uint32Array(this.#capacity)).set(part.prefixes, from);
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

  /** Begins anew in the same columns. */
  clear(): void {
    this.#length = 0;
    this.#nameLength = 0;
    this.#hashes?.fill(0);
    this.#prefixes?.fill(0);
    this.#fingerprints?.fill(0);
    this.#extras = new Map();
  }

  #catalog(cut: <T extends NumericColumn>(column: T, length: number) => T): Catalog {
    const n = this.#length;
    // Unlike that of other typed arrays, a Buffer's `slice` does not copy.
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
      prefixes: this.#prefixes === null ? null : cut(this.#prefixes, n),
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
    const next = Buffer.allocUnsafeSlow(growth * Math.max(this.#names.length, this.#nameLength + bytes));
    this.#names.copy(next, 0, 0, this.#nameLength);
    this.#names = next;
  }

  #grow(): void {
    const length = (this.#capacity *= growth);
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
    if (this.#prefixes !== null) this.#prefixes = grown(this.#prefixes, length);
    if (this.#fingerprints !== null) this.#fingerprints = grown(this.#fingerprints, length * fingerprintBytes);
  }
}

/** A new column is zero already, and memory that is never written to costs nothing: most files belong to root, whose ids are 0. */
function setUnlessZero<T extends NumericColumn>(column: T, part: T, from: number): void {
  for (let at = 0; at < part.length; at += 1) {
    if (part[at] === 0) continue;
    column.set(part, from);
    return;
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
