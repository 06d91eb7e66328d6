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
 * Writes what comes out of the last of `streams` to a file that did not exist. When this rejects, the file is closed, so the caller may
 * remove it: Node may still be opening it after its source has failed, and would make it again.
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
