/** Collects what an image uses: what must be kept, which files must not be linked or touched, and what must resolve afterwards. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";

export interface Use {
  /** A file, or a directory that is used with everything below it. */
  readonly node: FileNode;
  /** Ready to print after the path: `ENTRYPOINT names it`. */
  readonly why: string;
}

export class Uses {
  readonly tree: FileTree;
  readonly #kept = new Map<FileNode, string>();
  readonly #named = new Map<FileNode, string>();
  readonly #configured = new Map<FileNode, string>();
  readonly #volumes = new Set<FileNode>();
  readonly #handled = new Map<FileNode, string>();
  /** What could not be searched; ready to print. */
  readonly unread: string[] = [];

  constructor(tree: FileTree) {
    this.tree = tree;
  }

  /** Keeps this node and everything below it, for the first reason given. Returns false if it was already kept. */
  keep(node: FileNode, why: string): boolean {
    if (this.keptBy(node) !== null) return false;
    this.#kept.set(node, why);
    return true;
  }

  /** Something names exactly this file or directory. */
  name(node: FileNode, why: string): void {
    if (!this.#named.has(node)) this.#named.set(node, why);
  }

  /** What names exactly this file or directory; null when nothing does. */
  namedBy(node: FileNode): string | null {
    return this.#named.get(node) ?? null;
  }

  /** The config names it, so the image depends on it. */
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

  /** A script copies this file, or some below this folder, to another, or compresses them in place. */
  handle(node: FileNode, why: string): void {
    if (!this.#handled.has(node)) this.#handled.set(node, why);
  }

  /** Why this node is kept, by itself or with a directory above it. */
  keptBy(node: FileNode): Use | null {
    for (let at: FileNode | null = node; at !== null; at = at.parent) {
      const why = this.#kept.get(at);
      if (why !== undefined) return { node: at, why };
    }
    return null;
  }

  /** Why this node must neither be linked to another nor get another time. */
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

  /** What the config names. */
  get configured(): readonly Use[] {
    return [...this.#configured].map(([node, why]) => ({ node, why }));
  }

  /** What is kept, each with everything below it. */
  get kept(): readonly Use[] {
    return [...this.#kept].map(([node, why]) => ({ node, why }));
  }

  /** Everything that must resolve afterwards as before. */
  *all(): Generator<Use> {
    for (const [node, why] of this.#kept) yield { node, why };
    for (const [node, why] of this.#named) yield { node, why };
  }
}
