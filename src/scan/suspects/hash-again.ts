import type { ReadableCompression } from "../../compression/sniff.ts";
import { TarParser } from "../../tar/read/parser.ts";
import type { TarHandler } from "../../tar/read/parser.ts";
import { createUnpacker } from "../blob/unpacker.ts";
import { FileHashes } from "./file-digests.ts";
import type { FileDigests } from "./file-digests.ts";

/**
 * Digests of these entries, by entry, from a second pass over a blob that unpacked before.
 * @throws {BallastError} blob-corrupt, layer-invalid: the blob has changed since
 */
export async function hashAgain(
  blob: Iterable<Buffer>,
  compression: Exclude<ReadableCompression, "none">,
  entries: ReadonlySet<number>,
): Promise<Map<number, FileDigests>> {
  const handler = new DigestHandler(entries);
  const parser = new TarParser(handler);
  const unpacker = await createUnpacker(compression, (piece) => parser.write(piece));
  for (const chunk of blob) await unpacker.write(chunk);
  await unpacker.end();
  parser.end();
  return handler.digests;
}

class DigestHandler implements TarHandler {
  readonly digests = new Map<number, FileDigests>();
  readonly #entries: ReadonlySet<number>;
  #index = -1;
  #hashes = new FileHashes();

  constructor(entries: ReadonlySet<number>) {
    this.#entries = entries;
  }

  entry(): boolean {
    this.#index += 1;
    if (!this.#entries.has(this.#index)) return false;
    this.#hashes = new FileHashes();
    return true;
  }

  data(chunk: Buffer): void {
    this.#hashes.update(chunk);
  }

  endEntry(): void {
    this.digests.set(this.#index, this.#hashes.digest());
  }
}
