/** What `--keep` names: paths that match one of its globs, and everything below them. */
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { parseGlob } from "../../../base/text/glob.ts";
import type { Glob } from "../../../base/text/glob.ts";

export class KeptPaths {
  readonly #globs: readonly Glob[];
  readonly #directories = new Map<FileNode, Glob | null>();

  /** @throws {BallastError} bad-argument naming the offending character */
  constructor(globs: readonly string[]) {
    this.#globs = globs.map(parseGlob);
  }

  /** The glob that keeps the node; null when none does. */
  globOf(node: FileNode): Glob | null {
    if (this.#globs.length === 0 || node.parent === null) return null;
    return this.#globs.find((glob) => glob.matches(node.path)) ?? this.#ofDirectory(node.parent);
  }

  has(node: FileNode): boolean {
    return this.globOf(node) !== null;
  }

  #ofDirectory(node: FileNode): Glob | null {
    let found = this.#directories.get(node);
    if (found === undefined) this.#directories.set(node, (found = this.globOf(node)));
    return found;
  }
}
