/** What an image uses, gathered: which folders stay, which files nobody may link or touch, and what has to resolve afterwards. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";

export interface Use {
  /** A file, or a directory of which everything below is used. */
  readonly node: FileNode;
  /** Ready to print behind the path: `ENTRYPOINT names it`. */
  readonly why: string;
}

export class Uses {
  readonly tree: FileTree;
  readonly #kept = new Map<FileNode, string>();
  readonly #named = new Map<FileNode, string>();
  readonly #configured = new Map<FileNode, string>();
  readonly #volumes = new Set<FileNode>();
  readonly #handled = new Map<FileNode, string>();
  /** What could not be looked into; ready to print. */
  readonly unread: string[] = [];

  constructor(tree: FileTree) {
    this.tree = tree;
  }

  /** This node and all below it stay. The first reason is the one that is given. Returns false when it was known. */
  keep(node: FileNode, why: string): boolean {
    if (this.keptBy(node) !== null) return false;
    this.#kept.set(node, why);
    return true;
  }

  /** Something names this very file or directory. */
  name(node: FileNode, why: string): void {
    if (!this.#named.has(node)) this.#named.set(node, why);
  }

  /** What names this very file or directory; null when nothing does. */
  namedBy(node: FileNode): string | null {
    return this.#named.get(node) ?? null;
  }

  /** The config names it: the image cannot do without. */
  configure(node: FileNode, why: string): void {
    this.name(node, why);
    if (!this.#configured.has(node)) this.#configured.set(node, why);
  }

  isConfigured(node: FileNode): boolean {
    return this.#configured.has(node);
  }

  volume(node: FileNode): void {
    this.#volumes.add(node);
  }

  /** A script copies onto this file, or onto some below this folder, or compresses them where they lie. */
  handle(node: FileNode, why: string): void {
    if (!this.#handled.has(node)) this.#handled.set(node, why);
  }

  /** Why this node stays, by itself or with a directory above it. */
  keptBy(node: FileNode): Use | null {
    for (let at: FileNode | null = node; at !== null; at = at.parent) {
      const why = this.#kept.get(at);
      if (why !== undefined) return { node: at, why };
    }
    return null;
  }

  /** Why this very node may neither be linked with another nor get another time. */
  untouchable(node: FileNode): string | null {
    const named = this.#named.get(node);
    if (named !== undefined) return named;
    for (let at: FileNode | null = node; at !== null; at = at.parent) {
      if (this.#volumes.has(at)) return "it lies in a volume";
      const handled = this.#handled.get(at);
      if (handled !== undefined) return handled;
    }
    return null;
  }

  /** What the config itself names. */
  get configured(): readonly Use[] {
    return [...this.#configured].map(([node, why]) => ({ node, why }));
  }

  /** What stays, each with all below it. */
  get kept(): readonly Use[] {
    return [...this.#kept].map(([node, why]) => ({ node, why }));
  }

  /** Everything that has to resolve afterwards as it did. */
  *all(): Generator<Use> {
    for (const [node, why] of this.#kept) yield { node, why };
    for (const [node, why] of this.#named) yield { node, why };
  }
}
