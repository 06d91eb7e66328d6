/** The input of the ecosystems' readers: the live files that describe packages, and what was kept of them. */
import type { FileNode, FileTree } from "../../../src/filesystem/file-tree.ts";
import type { KeptFile } from "./kept-file.ts";
import type { SourceKind } from "./sources.ts";

export interface SourceFile {
  readonly kind: SourceKind;
  /** A byte string without leading slash. */
  readonly path: string;
  readonly node: FileNode;
  readonly kept: KeptFile;
}

export class SourceFiles {
  readonly tree: FileTree;
  readonly #byKind = new Map<SourceKind, SourceFile[]>();

  constructor(tree: FileTree, files: readonly SourceFile[]) {
    this.tree = tree;
    for (const file of files) {
      const group = this.#byKind.get(file.kind);
      if (group === undefined) this.#byKind.set(file.kind, [file]);
      else group.push(file);
    }
  }

  of(kind: SourceKind): readonly SourceFile[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** Files of that kind whose content was kept, in the order of their paths. */
  texts(kind: SourceKind): { readonly path: string; readonly node: FileNode; readonly text: string }[] {
    return this.of(kind).flatMap(({ path, node, kept }) =>
      "text" in kept ? [{ path, node, text: textOf(kept.text).toString("utf8") }] : [],
    );
  }

  /** As `texts`, but as byte strings: for lists of paths. */
  byteTexts(kind: SourceKind): { readonly path: string; readonly node: FileNode; readonly text: string }[] {
    return this.of(kind).flatMap(({ path, node, kept }) =>
      "text" in kept ? [{ path, node, text: textOf(kept.text).toString("latin1") }] : [],
    );
  }

  /** The live node at a path; symlinks are not followed. */
  live(path: string): FileNode | null {
    const node = this.tree.lookup(path);
    return node === null || node.inode === null ? null : node;
  }
}

/** A Buffer on the same memory, because crossing threads turns a Buffer into a plain Uint8Array. */
export function textOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
