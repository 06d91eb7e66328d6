/** Text is written as UTF-8; a Buffer is written as it is, for names that are not text. */
export type Bytes = string | Uint8Array;

export function toBuffer(bytes: Bytes): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes, "utf8") : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const blockSize = 512;

/** `data` and the zeros that fill its last 512-byte block. */
export function padded(data: Buffer): Buffer {
  const rest = data.length % blockSize;
  return rest === 0 ? data : Buffer.concat([data, Buffer.alloc(blockSize - rest)]);
}
