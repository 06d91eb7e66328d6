import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import { defined } from "../defined.ts";

export interface NewFileOptions {
  readonly mode?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the output of the last of `streams` to a new file. When this rejects, the file is closed, so the caller can remove it. (Node may
 * still be opening a file after its source has failed, and would create it again.)
 * @throws what the streams and the file system throw
 */
export async function writeNewFile(
  path: string,
  streams: readonly [Readable, ...Transform[]],
  { mode, signal }: NewFileOptions = {},
): Promise<void> {
  const file = createWriteStream(path, { flags: "wx", ...defined({ mode }) });
  try {
    await pipeline([...streams, file], defined({ signal }));
  } catch (error) {
    if (!file.closed) await once(file, "close");
    throw error;
  }
}
