/**
 * Reads the rows of one table of an SQLite file, following the published file format (sqlite.org/fileformat2.html). Table b-trees and
 * overflow pages suffice for that; SQLite compiled to WebAssembly would be larger than Ballast itself.
 */
import { PackageDataError } from "../data-error.ts";

const magic = "SQLite format 3\0";
const [interiorPage, leafPage] = [5, 13];
/** No file that can be read has a deeper tree. */
const mostDepth = 20;

interface File {
  readonly content: Buffer;
  readonly pageBytes: number;
  /** Bytes of a page available for content. */
  readonly usableBytes: number;
  readonly seen: Set<number>;
  /** Bytes of rows that may still be read, because no table holds more than its file. */
  readonly room: { bytes: number };
}

/**
 * The last column of every row.
 * @throws {PackageDataError}
 */
export function* sqliteBlobs(content: Buffer, table: string): Generator<Buffer> {
  const file = open(content);
  for (const { payload } of rows({ ...file, seen: new Set() }, tableOf(file, table).root, 0)) {
    const last = columnsOf(payload).at(-1);
    if (Buffer.isBuffer(last)) yield last;
  }
}

/**
 * Every row, as an object by column name; the rowid is `id`, whatever its column is called.
 * @throws {PackageDataError}
 */
export function* sqliteRows(content: Buffer, table: string): Generator<Readonly<Record<string, SqliteValue>>> {
  const file = open(content);
  const { root, statement } = tableOf(file, table);
  const names = columnNames(statement);
  for (const { key, payload } of rows({ ...file, seen: new Set() }, root, 0)) {
    const values = columnsOf(payload);
    yield { ...Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])), id: key };
  }
}

/** The column names in a `CREATE TABLE` statement. */
function columnNames(statement: string): string[] {
  const plain = statement.replace(/\/\*.*?\*\/|--[^\n]*/gs, "");
  const inside = plain.slice(plain.indexOf("(") + 1, plain.lastIndexOf(")")).replace(/\([^()]*\)/g, "");
  return inside.split(",").map((column) => /^\s*["`[]?(\w+)/.exec(column)?.[1] ?? "");
}

function open(content: Buffer): File {
  if (content.length < 512 || content.toString("latin1", 0, 16) !== magic) throw new PackageDataError("is not an SQLite file");
  const stored = content.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65536 : stored;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) throw new PackageDataError("is damaged: it has no sensible page size");
  return { content, pageBytes, usableBytes: pageBytes - content[20]!, seen: new Set(), room: { bytes: 2 * content.length } };
}

/** The first page holds the schema table: type, name, table name, root page, statement. */
function tableOf(file: File, table: string): { readonly root: number; readonly statement: string } {
  for (const { payload } of rows(file, 1, 0)) {
    const [type, name, , root, statement] = columnsOf(payload);
    if (String(type) === "table" && String(name) === table && typeof root === "number") return { root, statement: String(statement) };
  }
  throw new PackageDataError(`has no table "${table}"`);
}

interface Row {
  readonly key: number;
  readonly payload: Buffer;
}

function* rows(file: File, page: number, depth: number): Generator<Row> {
  const { content, pageBytes, seen } = file;
  const start = (page - 1) * pageBytes;
  if (page < 1 || start + pageBytes > content.length)
    throw new PackageDataError(`is damaged: it speaks of page ${page}, which it does not have`);
  if (seen.has(page) || depth > mostDepth) throw new PackageDataError(`is damaged: page ${page} is part of itself`);
  seen.add(page);
  const header = start + (page === 1 ? 100 : 0);
  const type = content[header];
  const cells = content.readUInt16BE(header + 3);
  const pointers = header + (type === interiorPage ? 12 : 8);
  if ((type !== interiorPage && type !== leafPage) || pointers + cells * 2 > start + pageBytes)
    throw new PackageDataError(`is damaged: page ${page} is not a page of a table`);
  for (let index = 0; index < cells; index += 1) {
    const cell = start + content.readUInt16BE(pointers + index * 2);
    if (cell + 4 > start + pageBytes) throw new PackageDataError(`is damaged: a row of page ${page} lies outside of it`);
    if (type === interiorPage) yield* rows(file, content.readUInt32BE(cell), depth + 1);
    else yield rowAt(file, cell);
  }
  if (type === interiorPage) yield* rows(file, content.readUInt32BE(header + 8), depth + 1);
}

function rowAt({ content, pageBytes, usableBytes, room }: File, cell: number): Row {
  const length = varint(content, cell);
  const key = varint(content, length.end);
  const most = usableBytes - 35;
  room.bytes -= length.value;
  if (room.bytes < 0) throw new PackageDataError("is damaged: its rows take more room than it has");
  if (length.value > content.length) throw new PackageDataError("is damaged: a row is larger than the file");
  if (length.value <= most) return { key: key.value, payload: content.subarray(key.end, key.end + length.value) };
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const fitting = least + ((length.value - least) % (usableBytes - 4));
  const local = fitting <= most ? fitting : least;
  if (key.end + local + 4 > content.length) throw new PackageDataError("is damaged: a row ends after the file");
  const pieces = [content.subarray(key.end, key.end + local)];
  let left = length.value - local;
  let next = content.readUInt32BE(key.end + local);
  while (left > 0) {
    const start = (next - 1) * pageBytes;
    if (next < 1 || start + pageBytes > content.length) throw new PackageDataError("is damaged: a row's rest lies outside of it");
    const piece = content.subarray(start + 4, start + 4 + Math.min(left, usableBytes - 4));
    pieces.push(piece);
    left -= piece.length;
    next = content.readUInt32BE(start);
  }
  return { key: key.value, payload: Buffer.concat(pieces) };
}

export type SqliteValue = number | string | Buffer | null;

function columnsOf(payload: Buffer): SqliteValue[] {
  const headerLength = varint(payload, 0);
  const values: SqliteValue[] = [];
  let at = headerLength.value;
  for (let from = headerLength.end; from < headerLength.value;) {
    const serial = varint(payload, from);
    from = serial.end;
    const bytes = bytesOfSerial(serial.value);
    if (at + bytes > payload.length) throw new PackageDataError("is damaged: a row ends before its last column");
    values.push(valueOf(serial.value, payload.subarray(at, at + bytes)));
    at += bytes;
  }
  return values;
}

function bytesOfSerial(serial: number): number {
  if (serial >= 12) return Math.floor((serial - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][serial]!;
}

function valueOf(serial: number, bytes: Buffer): SqliteValue {
  if (serial >= 12) return serial % 2 === 0 ? bytes : bytes.toString("utf8");
  if (serial >= 1 && serial <= 5) return bytes.readIntBE(0, bytes.length);
  return serial === 8 ? 0 : serial === 9 ? 1 : null;
}

function varint(buffer: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 9; at += 1) {
    const byte = buffer[at];
    if (byte === undefined) break;
    if (at === start + 8) return { value: value * 256 + byte, end: at + 1 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new PackageDataError("is damaged: a number in it has no end");
}
