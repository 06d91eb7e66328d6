/**
 * A layer's own tar, byte for byte, from the files it was unpacked to. For each layer, containers/storage keeps a list of what its archive
 * held between the contents of the files (github.com/vbatts/tar-split): lines of JSON, compressed with gzip.
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { field, isObject, parseJson } from "../../image/json.ts";
import { FilesBelow } from "./files-below.ts";
import { storeError } from "./store.ts";
import type { Stretch } from "./stretches.ts";

/** Maximum bytes of a line: the longest hold the padding or the headers between two files. */
const maxLine = 64 * 1024 * 1024;

/**
 * The whole archive.
 * @param list path of the `.tar-split.gz`
 * @param directory where the layer's files lie
 * @throws {BallastError} blob-corrupt, blob-missing, read-failed
 */
export async function* splitTar(list: string, directory: string): AsyncGenerator<Stretch> {
  const files = new FilesBelow(directory);
  for await (const line of linesOf(list)) {
    const row = parseJson(line, list, maxLine);
    if (!isObject(row)) throw damaged(list);
    const payload = field(row, "payload");
    const type = field(row, "type");
    if (type === 2) {
      if (typeof payload !== "string") throw damaged(list);
      yield { bytes: Buffer.from(payload, "base64") };
      continue;
    }
    const size = field(row, "size") ?? 0;
    if (type !== 1 || typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw damaged(list);
    if (size > 0) yield { file: files.find(nameOf(field(row, "name"), field(row, "name_raw"))), size };
  }
}

/** A name that is not UTF-8 is kept as base64. */
function nameOf(name: unknown, raw: unknown): string {
  if (typeof raw === "string" && raw !== "") return Buffer.from(raw, "base64").toString("latin1");
  return Buffer.from(typeof name === "string" ? name : "").toString("latin1");
}

async function* linesOf(list: string): AsyncGenerator<Buffer> {
  const source = createReadStream(list);
  const unpacked = createGunzip();
  // Errors of both streams reach the reader through the second.
  pipeline(source, unpacked, () => {});
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0;
      for (let newline = chunk.indexOf(0x0a); newline >= 0; newline = chunk.indexOf(0x0a, from)) {
        const line = chunk.subarray(from, newline);
        from = newline + 1;
        if (restBytes + line.length > 0) yield restBytes === 0 ? line : Buffer.concat([...rest, line]);
        rest = [];
        restBytes = 0;
      }
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > maxLine) throw damaged(list);
    }
    if (restBytes > 0) yield Buffer.concat(rest);
  } catch (error) {
    if (error instanceof BallastError) throw error;
    throw systemErrorCode(error)?.startsWith("Z_") === true ? damaged(list, error) : storeError(list, error);
  }
}

function damaged(list: string, cause?: unknown): BallastError {
  return new BallastError("blob-corrupt", `${list} is damaged: it does not tell how the layer was put together`, {
    hint: "pull or build the image again; `podman system check` finds what else is damaged",
    cause,
  });
}
