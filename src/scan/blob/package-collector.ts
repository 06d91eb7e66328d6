/**
 * What a layer that flows by says about packages: databases and manifests as far as they are needed, and what programs and archives say of
 * themselves. A layer that lies plain in a local file is asked later instead, for the files that are alive (`scan/content/package-files.ts`).
 */
import { keepFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { KeptFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import { mostBytes, sourceKindOf } from "../../../analyzers/packages/evidence/sources.ts";
import type { SourceKind } from "../../../analyzers/packages/evidence/sources.ts";
import { cleanPath } from "../../filesystem/paths.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { KeptPieces } from "./kept-pieces.ts";

/** For all that a layer keeps; real ones stay below a tenth. What comes after is named as not read. */
const mostKeptBytes = 256 * 1024 * 1024;

/** What is kept of a program or an archive, whose own size says nothing about that. */
const leastBytes = 1024;

export class PackageCollector {
  readonly files = new Map<number, KeptFile>();
  #entry = -1;
  #kind: SourceKind | null = null;
  #pieces: KeptPieces | null = null;
  #keptBytes = 0;

  /** True when the file's bytes are wanted. Sparse files are not looked into: what is stored of them is not what they hold. */
  begin(index: number, { path, mode, size, sparse }: TarEntry): boolean {
    this.#pieces = null;
    if (sparse !== null || size === 0) return false;
    const clean = cleanPath(path).path;
    const base = clean.lastIndexOf("/") + 1;
    const kind = sourceKindOf(clean.slice(0, base), clean.slice(base), mode, size);
    if (kind === null) return false;
    this.#entry = index;
    this.#kind = kind;
    this.#pieces = new KeptPieces(
      size,
      size > mostBytes[kind] || kind === "yarn-archive" ? "nothing" : kind === "elf" ? "program" : kind === "jar" ? "ends" : "whole",
    );
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
