/**
 * A catalog as bytes: magic, a JSON header, the columns one after the other, and a checksum over everything. Columns are aligned to 8
 * bytes, so that reading them back needs no copy.
 */
import { crc32 } from "node:zlib";

import { Catalog } from "../filesystem/catalog.ts";
import type { CatalogColumns, EntryExtra } from "../filesystem/catalog.ts";

const magic = "BALLAST1";
const alignment = 8;

const columnTypes = {
  names: Uint8Array,
  nameEnds: Uint32Array,
  types: Uint8Array,
  modes: Uint16Array,
  uids: Float64Array,
  gids: Float64Array,
  mtimeSeconds: Float64Array,
  mtimeNanos: Uint32Array,
  sizes: Float64Array,
  headerOffsets: Float64Array,
  dataOffsets: Float64Array,
  storedSizes: Float64Array,
  hashes: Uint8Array,
  prefixes: Uint32Array,
  fingerprints: Uint8Array,
} as const;
type ColumnName = keyof typeof columnTypes;
const columnNames = Object.keys(columnTypes) as ColumnName[];

interface Header {
  readonly meta: unknown;
  readonly extras: readonly (readonly [number, EntryExtra])[];
  /** Bytes of each column; null for one that is absent. */
  readonly columns: Readonly<Record<ColumnName, number | null>>;
}

/** The pieces to write, in order. `meta` must survive JSON. */
export function encodeCatalog(catalog: Catalog, meta: unknown): Uint8Array[] {
  const columns = Object.fromEntries(columnNames.map((name) => [name, catalog.columns[name]?.byteLength ?? null]));
  const header = Buffer.from(JSON.stringify({ meta, extras: [...catalog.columns.extras], columns }));
  const prefix = Buffer.alloc(magic.length + 4);
  prefix.write(magic, "latin1");
  prefix.writeUInt32LE(header.length, magic.length);
  const pieces: Uint8Array[] = [prefix, header, padding(prefix.length + header.length)];
  for (const name of columnNames) {
    const column = catalog.columns[name];
    if (column === null) continue;
    pieces.push(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), padding(column.byteLength));
  }
  const checksum = Buffer.alloc(4);
  // zlib starts over at an empty piece.
  checksum.writeUInt32LE(pieces.reduce((sum, piece) => (piece.length === 0 ? sum : crc32(piece, sum)), 0));
  return [...pieces, checksum];
}

/** Bytes of a catalog's columns: its size in memory, and nearly all of its size on disk. */
export function catalogBytes({ columns }: Catalog): number {
  return columnNames.reduce((sum, name) => sum + (columns[name]?.byteLength ?? 0), 0);
}

/** Decodes what `encodeCatalog` wrote; null for anything else, such as damaged files or other versions. */
export function decodeCatalog(file: Buffer): { readonly catalog: Catalog; readonly meta: unknown } | null {
  const headerStart = magic.length + 4;
  if (file.length < headerStart + 4 || file.toString("latin1", 0, magic.length) !== magic) return null;
  const body = file.subarray(0, file.length - 4);
  if (crc32(body) !== file.readUInt32LE(body.length)) return null;
  // A small file read into Node's shared pool may start anywhere; typed arrays need alignment.
  const bytes = file.byteOffset % alignment === 0 ? file : Buffer.from(new Uint8Array(file).buffer);
  const headerEnd = headerStart + bytes.readUInt32LE(magic.length);
  const header = JSON.parse(bytes.toString("utf8", headerStart, headerEnd)) as Header;
  const columns: Record<string, unknown> = { extras: new Map(header.extras), hashes: null, prefixes: null, fingerprints: null };
  let at = headerEnd + padding(headerEnd).length;
  for (const name of columnNames) {
    const length = header.columns[name];
    if (length === null) continue;
    const Column = columnTypes[name];
    columns[name] = new Column(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length / Column.BYTES_PER_ELEMENT);
    at += length + padding(length).length;
  }
  return { catalog: new Catalog(columns as unknown as CatalogColumns), meta: header.meta };
}

function padding(length: number): Uint8Array {
  return new Uint8Array((alignment - (length % alignment)) % alignment);
}
