/** What live files of a layer that lies plain in a local file say about packages, read where they lie. */
import { closeSync } from "node:fs";

import { isWithin } from "../../../analyzers/packages/evidence/byte-source.ts";
import type { ByteSource } from "../../../analyzers/packages/evidence/byte-source.ts";
import { keepFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { KeptFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { SourceKind } from "../../../analyzers/packages/evidence/sources.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { FileRegion, Layer } from "../../image/image.ts";
import { openRegion, readFully } from "../blob/region.ts";
import { layerName } from "../layer-name.ts";

export interface WantedFile {
  readonly entry: number;
  readonly kind: SourceKind;
}

/**
 * By entry; what is not what its name let expect is left out.
 * @throws {BallastError} read-failed, blob-corrupt
 */
export function* keepPackageFiles(
  layer: Layer & { readonly file: FileRegion },
  catalog: Catalog,
  wanted: readonly WantedFile[],
): Generator<readonly [entry: number, kept: KeptFile]> {
  const name = layerName(layer);
  const fd = openRegion(layer.file, name);
  const files = new FilesInRegion(fd, name);
  try {
    for (const { entry, kind } of wanted) {
      if (catalog.columns.extras.get(entry)?.sparse !== undefined) continue;
      const kept = keepFile(kind, files.at(layer.file.offset + catalog.columns.dataOffsets[entry]!, catalog.size(entry)));
      if (kept !== null) yield [entry, kept];
    }
  } finally {
    closeSync(fd);
  }
}

/** Enough to tell most programs from scripts, and to hold small manifests, with one call. */
const headBytes = 4096;
/** The names of a program's sections lie before their headers, and are asked for next. */
const bytesBefore = 2048;
const windowBytes = 16 * 1024;

/** One file after the other, in memory that is used again: what was read is valid until the next reading. */
class FilesInRegion implements ByteSource {
  size = 0;
  readonly #fd: number;
  readonly #name: string;
  readonly #head = Buffer.allocUnsafeSlow(headBytes);
  readonly #window = Buffer.allocUnsafeSlow(windowBytes);
  #start = 0;
  /** Bytes that the head holds of this file. */
  #known = 0;
  #windowStart = 0;
  #windowEnd = 0;

  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  /** Begins the next file. */
  at(start: number, size: number): this {
    this.#start = start;
    this.size = size;
    this.#known = 0;
    this.#windowEnd = 0;
    return this;
  }

  read(offset: number, length: number): Buffer | null {
    if (!isWithin(offset, length, this.size)) return null;
    const end = offset + length;
    if (end <= headBytes) {
      if (this.#known === 0) this.#known = this.#readInto(this.#head, 0, Math.min(headBytes, this.size));
      return this.#head.subarray(offset, end);
    }
    if (length > windowBytes) {
      const buffer = Buffer.allocUnsafe(length);
      this.#readInto(buffer, offset, length);
      return buffer;
    }
    if (offset < this.#windowStart || end > this.#windowEnd) {
      this.#windowStart = Math.max(0, offset - Math.min(bytesBefore, windowBytes - length));
      this.#windowEnd = this.#windowStart + this.#readInto(this.#window, this.#windowStart, end - this.#windowStart);
    }
    return this.#window.subarray(offset - this.#windowStart, end - this.#windowStart);
  }

  #readInto(buffer: Buffer, offset: number, length: number): number {
    readFully(this.#fd, buffer.subarray(0, length), this.#start + offset, this.#name);
    return length;
  }
}
