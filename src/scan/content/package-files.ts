/** What live files of a layer that lies plain in a local file tell of packages, read where they lie. */
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

/** Most programs are told from scripts, and small manifests read, with one call. */
const aheadBytes = 4096;

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
  try {
    for (const { entry, kind } of wanted) {
      if (catalog.columns.extras.get(entry)?.sparse !== undefined) continue;
      const kept = keepFile(kind, new FileInRegion(fd, layer.file.offset + catalog.columns.dataOffsets[entry]!, catalog.size(entry), name));
      if (kept !== null) yield [entry, kept];
    }
  } finally {
    closeSync(fd);
  }
}

class FileInRegion implements ByteSource {
  readonly size: number;
  readonly #fd: number;
  readonly #start: number;
  readonly #name: string;
  #head: Buffer | null = null;

  constructor(fd: number, start: number, size: number, name: string) {
    this.#fd = fd;
    this.#start = start;
    this.size = size;
    this.#name = name;
  }

  read(offset: number, length: number): Buffer | null {
    if (!isWithin(offset, length, this.size)) return null;
    const isAhead = offset + length <= Math.min(aheadBytes, this.size);
    if (isAhead) {
      this.#head ??= this.#readNow(0, Math.min(aheadBytes, this.size));
      return this.#head.subarray(offset, offset + length);
    }
    return this.#readNow(offset, length);
  }

  #readNow(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    readFully(this.#fd, buffer, this.#start + offset, this.#name);
    return buffer;
  }
}
