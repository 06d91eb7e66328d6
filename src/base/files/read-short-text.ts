import { open } from "node:fs/promises";

/** Bytes that are asked for at a time: files that may be long mostly are not. */
const stepBytes = 1024 * 1024;

/** The text of a file that is short where it is what it should be; null when it has more than `mostBytes`. Pipes are read as far as that. */
export async function readShortText(path: string, mostBytes: number): Promise<string | null> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    for (let length = 0; length <= mostBytes;) {
      const room = Buffer.allocUnsafe(Math.min(stepBytes, mostBytes + 1 - length));
      const { bytesRead } = await file.read(room);
      if (bytesRead === 0) return Buffer.concat(pieces).toString("utf8");
      pieces.push(room.subarray(0, bytesRead));
      length += bytesRead;
    }
    return null;
  } finally {
    await file.close();
  }
}
