/** The Berkeley DB hash database that rpm used until 2020 (`Packages`; db/src/dbinc/db_page.h): every value of every page. */
import { PackageDataError } from "../data-error.ts";

const hashMagic = 0x061561;
const pageHeaderBytes = 26;
const [unsortedHashPage, overflowPage, hashPage] = [2, 7, 13];
const [inPage, offPage] = [1, 3];

/** @throws {PackageDataError} */
export function* berkeleyValues(content: Buffer): Generator<Buffer> {
  const database = open(content);
  for (let page = 1; page <= database.lastPage; page += 1) {
    const at = page * database.pageBytes;
    if (at + database.pageBytes > content.length) return;
    const type = content[at + 25];
    if (type !== hashPage && type !== unsortedHashPage) continue;
    const entries = database.half(at + 20);
    if (pageHeaderBytes + entries * 2 > database.pageBytes) throw damaged(page);
    // Keys and values alternate.
    for (let index = 1; index < entries; index += 2) {
      const value = valueAt(database, at, index);
      if (value !== null) yield value;
    }
  }
}

interface Database {
  readonly content: Buffer;
  readonly pageBytes: number;
  readonly lastPage: number;
  half(at: number): number;
  word(at: number): number;
}

function open(content: Buffer): Database {
  if (content.length < 512) throw new PackageDataError("is not a hash database of Berkeley DB");
  const isLittleEndian = content.readUInt32LE(12) === hashMagic;
  if (!isLittleEndian && content.readUInt32BE(12) !== hashMagic) throw new PackageDataError("is not a hash database of Berkeley DB");
  const half = (at: number): number => (isLittleEndian ? content.readUInt16LE(at) : content.readUInt16BE(at));
  const word = (at: number): number => (isLittleEndian ? content.readUInt32LE(at) : content.readUInt32BE(at));
  const pageBytes = word(20);
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0)
    throw new PackageDataError("is damaged: it has no sensible page size");
  if (content[24] !== 0) throw new PackageDataError("is encrypted");
  return { content, pageBytes, lastPage: word(32), half, word };
}

function valueAt({ content, pageBytes, half, word, lastPage }: Database, page: number, index: number): Buffer | null {
  const at = page + half(page + pageHeaderBytes + index * 2);
  const type = content[at];
  if (type === inPage) {
    // An item in the page ends where the previous one begins.
    const end = page + half(page + pageHeaderBytes + (index - 1) * 2);
    return end > at ? content.subarray(at + 1, end) : null;
  }
  if (type !== offPage || at + 12 > content.length) return null;
  const length = word(at + 8);
  if (length > content.length) throw damaged(page / pageBytes);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let seen = 0;
  for (let next = word(at + 4); next !== 0; next = word(next * pageBytes + 16)) {
    const start = next * pageBytes;
    seen += 1;
    if (start + pageBytes > content.length || content[start + 25] !== overflowPage || seen > lastPage) throw damaged(next);
    const piece = content.subarray(start + pageHeaderBytes, start + pageHeaderBytes + half(start + 22));
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > length) throw damaged(next);
  }
  return Buffer.concat(pieces);
}

function damaged(page: number): PackageDataError {
  return new PackageDataError(`is damaged at page ${page}`);
}
