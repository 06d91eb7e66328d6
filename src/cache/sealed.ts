/** Bytes with a checksum after them: an entry that a disk or a cut-off copy has changed is noticed, whatever its format would let pass. */
import { crc32 } from "node:zlib";

const sealBytes = 4;

/** The pieces to write, in order: `content` and its CRC-32. */
export function seal(content: Uint8Array): Uint8Array[] {
  const checksum = Buffer.alloc(sealBytes);
  checksum.writeUInt32LE(crc32(content));
  return [content, checksum];
}

/** The content of what `seal` gave. @throws RangeError for anything else */
export function unseal(file: Buffer): Buffer {
  const content = file.subarray(0, Math.max(0, file.length - sealBytes));
  if (file.readUInt32LE(content.length) !== crc32(content)) throw new RangeError("the checksum does not match");
  return content;
}
