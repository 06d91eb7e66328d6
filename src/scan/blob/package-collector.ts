/**
 * Collects what a streamed layer says about packages: databases and manifests as far as they are needed, and what programs and archives say
 * about themselves. From a layer that is stored uncompressed in a local file this is read later, for live files only
 * (`scan/content/package-files.ts`).
 */
import { keepFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { KeptFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import { mostBytes, sourceKindOf } from "../../../analyzers/packages/evidence/sources.ts";
import type { SourceKind } from "../../../analyzers/packages/evidence/sources.ts";
import { cleanPath } from "../../filesystem/paths.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { KeptPieces } from "./kept-pieces.ts";
import type { Keep } from "./kept-pieces.ts";

/** The most that is kept of one layer; real ones stay below a tenth. Whatever comes after that is reported as not read. */
const mostKeptBytes = 256 * 1024 * 1024;

/** Counted for a program or an archive, whose own size says nothing about how much is kept of it. */
const leastBytes = 1024;

function keepOf(kind: SourceKind): Keep {
  switch (kind) {
    case "yarn-archive":
      return "nothing";
    case "elf":
      return "program";
    case "jar":
      return "ends";
    default:
      return "whole";
  }
}

export class PackageCollector {
  readonly files = new Map<number, KeptFile>();
  #entry = -1;
  #kind: SourceKind | null = null;
  #pieces: KeptPieces | null = null;
  #keptBytes = 0;

  /** True when the file's bytes are wanted. Not for sparse files, whose stored bytes are not their content. */
  begin(index: number, { path, mode, size, sparse }: TarEntry): boolean {
    this.#pieces = null;
    if (sparse !== null || size === 0) return false;
    const clean = cleanPath(path).path;
    const base = clean.lastIndexOf("/") + 1;
    const kind = sourceKindOf(clean.slice(0, base), clean.slice(base), mode, size);
    if (kind === null) return false;
    this.#entry = index;
    this.#kind = kind;
    this.#pieces = new KeptPieces(size, size > mostBytes[kind] ? "nothing" : keepOf(kind));
    return true;
  }

  write(chunk: Buffer): void {
    this.#pieces?.write(chunk);
  }

  end(): void {
    if (this.#pieces === null) return;
    const { size } = this.#pieces;
    const kept =
      this.#keptBytes > mostKeptBytes
        ? ({ problem: "comes after more package data than is kept of one layer", unseen: true } as const)
        : keepFile(this.#kind!, this.#pieces);
    this.#pieces = null;
    if (kept === null) return;
    this.#keptBytes += "text" in kept ? kept.text.length : "elf" in kept || "jar" in kept ? leastBytes : size;
    this.files.set(this.#entry, kept);
  }
}
