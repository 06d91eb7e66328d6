/** Bytes followed by a checksum, so that disk errors and truncated copies are noticed in any format. */
import { crc32 } from "node:zlib";

const sealBytes = 4;

/** The pieces to write, in order: `content` and its CRC-32. */
export function seal(content: Uint8Array): Uint8Array[] {
  const checksum = Buffer.alloc(sealBytes);
  checksum.writeUInt32LE(crc32(content));
  return [content, checksum];
}

/** The content of a result of `seal`. @throws RangeError for anything else */
export function unseal(file: Buffer): Buffer {
  const content = file.subarray(0, Math.max(0, file.length - sealBytes));
  if (file.readUInt32LE(content.length) !== crc32(content)) throw new RangeError("the checksum does not match");
  return content;
}
