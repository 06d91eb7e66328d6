import { open } from "node:fs/promises";

/** The text of a file that is short where it is what it should be; null when it has more than `mostBytes`. Pipes are read as far as that. */
export async function readShortText(path: string, mostBytes: number): Promise<string | null> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length);
      if (bytesRead === 0) return bytes.toString("utf8", 0, length);
      length += bytesRead;
    }
    return null;
  } finally {
    await file.close();
  }
}
