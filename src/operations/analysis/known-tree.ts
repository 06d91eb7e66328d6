/** The tree of an image whose figures are known from an earlier run. Its layers are merged only when a file is asked for. */
import type { Catalog } from "../../filesystem/catalog.ts";
import type { TreeColumns } from "../../filesystem/columns/tree-columns.ts";
import type { Death, FileNode, FileTree, Nodes } from "../../filesystem/file-tree.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Warning } from "../../image/warning.ts";
import { mergeLayers } from "./load-tree.ts";

/** What is known of a tree that is not merged yet. */
export type KnownFigures = Pick<FileTree, "layerBytes" | "liveCount" | "warnings">;

export class KnownTree implements FileTree {
  readonly catalogs: readonly Catalog[];
  readonly layerBytes: readonly number[];
  readonly liveCount: number;
  readonly warnings: readonly Warning[];
  #merged: MergedTree | null = null;

  /** @param catalogs the ones that these figures were worked out from */
  constructor(catalogs: readonly Catalog[], { layerBytes, liveCount, warnings }: KnownFigures) {
    this.catalogs = catalogs;
    this.layerBytes = layerBytes;
    this.liveCount = liveCount;
    this.warnings = warnings;
  }

  get root(): FileNode {
    return this.#whole().root;
  }

  get columns(): TreeColumns {
    return this.#whole().columns;
  }

  get nodes(): Nodes {
    return this.#whole().nodes;
  }

  get deaths(): readonly Death[] {
    return this.#whole().deaths;
  }

  lookup(path: string): FileNode | null {
    return this.#whole().lookup(path);
  }

  #whole(): MergedTree {
    return (this.#merged ??= mergeLayers(this.catalogs));
  }
}
