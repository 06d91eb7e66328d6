/**
 * Writes tar archives the way odd tools do: any type letter, any name, duplicates, sparse files in three dialects. Our own writer would
 * refuse most of this, so the cases that a reader must survive are made here.
 */

export interface CaseEntry {
  /** Byte string, written as it is. */
  readonly path: string;
  readonly typeflag: string;
  /** Byte string. */
  readonly content?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds; negative or fractional ones go to a PAX record. */
  readonly mtime?: number;
  readonly device?: readonly [major: number, minor: number];
  readonly xattrs?: Readonly<Record<string, string>>;
  /** PAX records written before the entry, beside those that names, ids, times and xattrs need. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Old GNU sparse map (typeflag S): pieces, and the size with holes. `content` holds the pieces one after the other. */
  readonly sparse?: { readonly pieces: readonly (readonly [offset: number, length: number])[]; readonly size: number };
}

/** 2001-09-09, what every case entry carries unless it says otherwise. */
export const caseTime = 1_000_000_000;

const block = 512;

/** One layer as an uncompressed tar archive, with its end marker. */
export function caseTar(entries: readonly CaseEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(encode), Buffer.alloc(2 * block)]);
}

function encode(entry: CaseEntry): Buffer[] {
  const records: Record<string, string> = {};
  if (entry.path.length > 100) records.path = entry.path;
  if ((entry.link ?? "").length > 100) records.linkpath = entry.link!;
  if ((entry.uid ?? 0) > 0o7777777) records.uid = String(entry.uid);
  if ((entry.gid ?? 0) > 0o7777777) records.gid = String(entry.gid);
  const mtime = entry.mtime ?? caseTime;
  if (mtime < 0 || !Number.isInteger(mtime)) records.mtime = String(mtime);
  for (const [name, value] of Object.entries(entry.xattrs ?? {})) records[`SCHILY.xattr.${name}`] = value;
  Object.assign(records, entry.pax);
  const content = Buffer.from(entry.content ?? "", "latin1");
  const parts: Buffer[] = [];
  if (Object.keys(records).length > 0) {
    const body = Buffer.from(paxBody(records), "latin1");
    const letter = entry.typeflag === "g" ? "g" : "x";
    parts.push(header({ path: "PaxHeaders.0/x", typeflag: letter, mtime: 0 }, body.length), padded(body));
  }
  if (entry.typeflag !== "g") parts.push(header(entry, content.length), padded(content));
  return parts;
}

/** `LENGTH key=value\n`, the length counting itself (POSIX.1-2001, pax interchange format). */
export function paxBody(records: Readonly<Record<string, string>>): string {
  let body = "";
  for (const [key, value] of Object.entries(records)) {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length;
    while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
    body += `${length}${rest}`;
  }
  return body;
}

function header(entry: CaseEntry, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const text = (value: string, at: number, length: number) => bytes.write(value.slice(0, length), at, "latin1");
  const octal = (value: number, at: number, length: number) =>
    text(
      Math.floor(value)
        .toString(8)
        .padStart(length - 1, "0"),
      at,
      length,
    );
  text(entry.path, 0, 100);
  octal(entry.mode ?? (entry.typeflag === "5" ? 0o755 : 0o644), 100, 8);
  octal(Math.min(entry.uid ?? 0, 0o7777777), 108, 8);
  octal(Math.min(entry.gid ?? 0, 0o7777777), 116, 8);
  octal(size, 124, 12);
  octal(Math.max(entry.mtime ?? caseTime, 0), 136, 12);
  text(entry.typeflag, 156, 1);
  text(entry.link ?? "", 157, 100);
  if (entry.sparse === undefined) {
    text("ustar\x0000", 257, 8);
    octal(entry.device?.[0] ?? 0, 329, 8);
    octal(entry.device?.[1] ?? 0, 337, 8);
  } else {
    text("ustar  \0", 257, 8);
    entry.sparse.pieces.forEach(([offset, length], i) => {
      octal(offset, 386 + i * 24, 12);
      octal(length, 398 + i * 24, 12);
    });
    octal(entry.sparse.size, 483, 12);
  }
  bytes.fill(" ", 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % block;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(block - rest)]);
}
