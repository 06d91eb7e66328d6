import { open } from "node:fs/promises";

/** How many bytes are read at a time: most files that may be long are not. */
const stepBytes = 1024 * 1024;

/** The text of a file that is expected to be short; null when it has more than `mostBytes`. At most one byte more is read from a pipe. */
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
