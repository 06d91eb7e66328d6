/** Several files in one compressed buffer: first the lengths, then the contents. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const lengthBytes = 4;
/** Largest total size, unpacked: no layer's files are larger. */
const mostBytes = 2 ** 31 - 1;

export async function packFiles(files: readonly Buffer[]): Promise<Buffer> {
  const lengths = Buffer.alloc(lengthBytes * files.length);
  for (const [at, { length }] of files.entries()) lengths.writeUInt32LE(length, at * lengthBytes);
  return promisify(gzip)(Buffer.concat([lengths, ...files]));
}

/** Null for anything but the result of `packFiles` for this many files. */
export async function unpackFiles(packed: Buffer, count: number): Promise<Buffer[] | null> {
  const bytes = await promisify(gunzip)(packed, { maxOutputLength: mostBytes }).catch(() => null);
  if (bytes === null || bytes.length < lengthBytes * count) return null;
  const files: Buffer[] = [];
  let at = lengthBytes * count;
  for (let file = 0; file < count; file += 1) {
    const end = at + bytes.readUInt32LE(file * lengthBytes);
    files.push(bytes.subarray(at, end));
    at = end;
  }
  return at === bytes.length ? files : null;
}
