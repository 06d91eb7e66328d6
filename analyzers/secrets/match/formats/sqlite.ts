/** SQLite databases (https://sqlite.org/fileformat2.html) as text: each cell on a line, after its column's name. Overflow is left out. */
import { classifyName } from "../values/name-words.ts";
import { looksRandom } from "../values/value-looks.ts";

const magic = Buffer.from("SQLite format 3\0", "latin1");

export function isSqlite(head: Buffer): boolean {
  return head.length >= 100 && head.compare(magic, 0, magic.length, 0, magic.length) === 0;
}

/** How many bytes of a database are read. */
export const mostDatabaseBytes = 4 * 1024 * 1024;
/** The most bytes of cells, and the overhead counted for each: a damaged file may refer to one cell any number of times. */
const [mostRead, perCell] = [2 * mostDatabaseBytes, 32];
const mostTables = 500;
/** Page types. */
const [interior, leaf] = [0x05, 0x0d];

export interface DatabaseText {
  readonly text: string;
  /** The file offset of a character of the text; null for names and separators between the cells. */
  offsetOf(at: number): number | null;
}

interface Cell {
  /** A byte string; null if it is not text. */
  readonly text: string | null;
  readonly offset: number;
}

/** The rows of all tables that begin in these bytes. Never throws because of their content. */
export function databaseText(bytes: Buffer): DatabaseText {
  const database = new Database(bytes);
  const lines: string[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  let length = 0;
  const add = (name: string, { text, offset }: Cell): void => {
    if (text === null) return;
    starts.push(length + name.length + 4);
    offsets.push(offset);
    // Written as list members, so that a value is not read on into the next cell's name.
    lines.push(`- ${name}: ${text}\n`);
    length += name.length + text.length + 5;
  };
  for (const { columns, root } of database.tables()) {
    for (const { cells } of database.rows(root)) {
      for (const [i, cell] of cells.entries()) {
        // In a table of settings, the cell before the value is its name.
        const before = cells[i - 1]?.text ?? "";
        const isSetting =
          before.length <= 60 && /^[A-Za-z][\w.:-]+$/.test(before) && classifyName(before) !== null && looksRandom(cell.text ?? "");
        add(isSetting ? before : (columns[i] ?? "column"), cell);
      }
    }
  }
  const text = lines.join("");
  return {
    text,
    offsetOf(at) {
      let [low, high] = [0, starts.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (starts[middle]! <= at) low = middle + 1;
        else high = middle;
      }
      return low === 0 ? null : offsets[low - 1]! + at - starts[low - 1]!;
    },
  };
}

class Database {
  readonly #bytes: Buffer;
  readonly #pageSize: number;
  /** Bytes of a page available for content. */
  readonly #usable: number;
  #left = mostRead;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const size = bytes.readUInt16BE(16);
    this.#pageSize = size === 1 ? 65_536 : size;
    this.#usable = this.#pageSize - bytes[20]!;
  }

  /** Reads the schema, which is the table of the first page: type, name, table, root page, statement. */
  tables(): { columns: readonly string[]; root: number }[] {
    // Nearly every database uses UTF-8; those in UTF-16 are left to the rules that read bytes.
    if (this.#pageSize < 512 || this.#bytes.readUInt32BE(56) > 1) return [];
    const tables: { columns: readonly string[]; root: number }[] = [];
    for (const { cells, numbers } of this.rows(1)) {
      if (cells[0]?.text !== "table" || numbers[3] === undefined) continue;
      tables.push({ columns: columnsOf(cells[4]?.text ?? ""), root: numbers[3] });
      if (tables.length === mostTables) break;
    }
    return tables;
  }

  /** The rows of the table whose tree begins at that page. */
  *rows(root: number): Generator<Row> {
    const seen = new Set<number>();
    const pages = [root];
    while (pages.length > 0) {
      const page = pages.pop()!;
      const start = (page - 1) * this.#pageSize;
      if (page < 1 || seen.has(page) || start + this.#pageSize > this.#bytes.length) continue;
      seen.add(page);
      const head = page === 1 ? start + 100 : start;
      const type = this.#bytes[head];
      if (type !== leaf && type !== interior) continue;
      const first = head + (type === leaf ? 8 : 12);
      const count = Math.min(this.#bytes.readUInt16BE(head + 3), (this.#pageSize - (first - start)) >>> 1);
      if (type === interior) pages.push(this.#bytes.readUInt32BE(head + 8));
      for (let i = 0; i < count && this.#left > 0; i += 1) {
        const at = start + this.#bytes.readUInt16BE(first + 2 * i);
        if (at + 4 > start + this.#pageSize) continue;
        this.#left -= perCell;
        if (type === interior) pages.push(this.#bytes.readUInt32BE(at));
        else yield this.#row(at, start + this.#pageSize);
      }
    }
  }

  #row(at: number, pageEnd: number): Row {
    const cursor = { at };
    const payload = this.#varint(cursor, pageEnd);
    this.#varint(cursor, pageEnd);
    const begin = cursor.at;
    const end = Math.min(pageEnd, begin + this.#local(payload));
    const headEnd = begin + this.#varint(cursor, end);
    const cells: Cell[] = [];
    const numbers: number[] = [];
    for (let value = headEnd; cursor.at < headEnd && value < end && cells.length < 2000;) {
      const kind = this.#varint(cursor, Math.min(headEnd, end));
      const size = kind >= 12 ? (kind - (kind % 2 === 0 ? 12 : 13)) / 2 : (sizes[kind] ?? 0);
      const to = Math.min(end, value + size);
      if (kind >= 1 && kind <= 4 && to - value === size) numbers[cells.length] = this.#bytes.readIntBE(value, size);
      this.#left -= to - value + perCell;
      cells.push({ text: kind >= 12 ? textOf(this.#bytes, value, to) : null, offset: value });
      value = to;
    }
    return { cells, numbers };
  }

  /** How many bytes of a payload are in the cell itself; the rest is on overflow pages. */
  #local(payload: number): number {
    const most = this.#usable - 35;
    if (payload <= most) return payload;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const local = least + ((payload - least) % (this.#usable - 4));
    return local <= most ? local : least;
  }

  /** Big-endian, seven bits a byte, at most nine bytes. */
  #varint(cursor: { at: number }, end: number): number {
    let value = 0;
    for (let i = 0; i < 9 && cursor.at < end; i += 1) {
      const byte = this.#bytes[cursor.at]!;
      cursor.at += 1;
      value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f);
      if (byte < 0x80) break;
    }
    return value;
  }
}

interface Row {
  readonly cells: readonly Cell[];
  /** The integers among them, by column. */
  readonly numbers: readonly (number | undefined)[];
}

/** Bytes of the serial types below 12: null, integers, a float, 0 and 1. */
const sizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** A text, or a blob that contains text; else null. */
function textOf(bytes: Buffer, from: number, to: number): string | null {
  if (to - from < 3) return null;
  const text = bytes.toString("latin1", from, to);
  // oxlint-disable-next-line no-control-regex -- text has none, which tells it from a blob
  return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text;
}

/** The column names of `CREATE TABLE t (a TEXT, "b" INT, PRIMARY KEY (a))`. */
function columnsOf(statement: string): string[] {
  const from = statement.indexOf("(") + 1;
  let depth = 0;
  let start = from;
  const columns: string[] = [];
  for (let at = from; at < statement.length && at < 20_000; at += 1) {
    const ch = statement[at];
    if (ch === "(") depth += 1;
    else if (ch === ")") depth -= 1;
    if ((ch === "," && depth === 0) || depth < 0) {
      columns.push(/^\s*["'`[]?([\w-]{1,80})/.exec(statement.slice(start, at))?.[1] ?? "column");
      start = at + 1;
    }
    if (depth < 0) break;
  }
  return columns;
}
