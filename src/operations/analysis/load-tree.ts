/** Loads an image's merged tree: layers are scanned in parallel and merged as they arrive. */
import type { Catalog } from "../../filesystem/catalog.ts";
import { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Image } from "../../image/image.ts";
import type { LayerScan } from "../../scan/layer-scan.ts";
import type { Scanner } from "../../scan/scanner.ts";

/** Called with intermediate results, for those who show them early. */
export interface LoadHooks {
  /** Stored bytes worked through since the last call. */
  readonly onBytes?: (layer: number, bytes: number) => void;
  /** A layer has been scanned; layers finish in any order. */
  readonly onLayer?: (layer: number, scan: LayerScan) => void;
  /**
   * The tree now has this many layers. Their content may not be verified yet; if anything is wrong with it, the analysis still ends with an
   * error. With this hook a layer is merged only when all its entries are known.
   */
  readonly onMerged?: (tree: MergedTree, layers: number) => void;
  /** All layers are merged, some of them perhaps not verified yet. Not called for a tree that was handed in. */
  readonly onWhole?: (tree: MergedTree) => void;
}

/** The layers of an image, scanned and merged. */
export interface LoadedTree {
  readonly tree: MergedTree;
  /** Bottom first. */
  readonly scans: readonly LayerScan[];
}

/** Scans all layers in parallel and merges each as soon as those below it are merged. */
export async function loadTree(image: Image, scanner: Scanner, hooks: LoadHooks = {}, merged = new MergedTree()): Promise<LoadedTree> {
  const { tree, scans } = await load(image, scanner, hooks, merged);
  return { tree: tree!, scans };
}

/** As `loadTree`, but makes no tree when all layers come from the cache, because the figures may be known as well. */
export async function loadUnlessKnown(
  image: Image,
  scanner: Scanner,
  hooks: LoadHooks,
): Promise<{ readonly tree: MergedTree | null; readonly scans: readonly LayerScan[] }> {
  return load(image, scanner, hooks, null);
}

/** Bottom first. @throws {BallastError} layer-invalid */
export function mergeLayers(catalogs: readonly Catalog[]): MergedTree {
  const tree = new MergedTree();
  for (const catalog of catalogs) tree.addLayer(catalog);
  return tree;
}

/** @param merged the tree to merge into; null makes one when a layer turns out to be a new one */
async function load(
  image: Image,
  scanner: Scanner,
  hooks: LoadHooks,
  merged: MergedTree | null,
): Promise<{ readonly tree: MergedTree | null; readonly scans: readonly LayerScan[] }> {
  const growing = new GrowingTree(image.layers.length, hooks, merged);
  const scans: (LayerScan | undefined)[] = image.layers.map(() => undefined);
  // Largest first, so that no worker is left with the largest one at the end.
  const order = image.layers.toSorted((a, b) => (b.storedBytes ?? 0) - (a.storedBytes ?? 0));
  await Promise.all(
    order.map(async (layer) => {
      const { index } = layer;
      const scan = await scanner.scan(layer, {
        onBytes: (bytes) => hooks.onBytes?.(index, bytes),
        onEntries: (catalog, isWhole) => growing.preview(index, catalog, isWhole),
      });
      scans[index] = scan;
      hooks.onLayer?.(index, scan);
      growing.add(index, scan);
    }),
  );
  return { tree: growing.finish(scans as LayerScan[]), scans: scans as LayerScan[] };
}

/** Merges catalogs bottom-up while they arrive, in whatever order. */
class GrowingTree {
  readonly #layerCount: number;
  readonly #hooks: LoadHooks;
  readonly #layers: ({ readonly catalog: Catalog; readonly isWhole: boolean } | undefined)[] = [];
  /** Null while no layer has turned out to be new; nothing is merged until then. */
  #tree: MergedTree | null;
  /** A preview could not be merged; its scan will say why. */
  #failed = false;

  constructor(layerCount: number, hooks: LoadHooks, tree: MergedTree | null) {
    this.#layerCount = layerCount;
    this.#hooks = hooks;
    this.#tree = tree;
  }

  /** A catalog whose layer is still being read or verified. */
  preview(layer: number, catalog: Catalog, isWhole: boolean): void {
    const tree = (this.#tree ??= new MergedTree());
    if (this.#failed || layer < tree.layers) return;
    this.#layers[layer] = { catalog, isWhole };
    try {
      this.#mergeReady(tree);
    } catch {
      this.#failed = true;
    }
  }

  add(layer: number, { catalog, fromCache }: LayerScan): void {
    if (!fromCache) this.#tree ??= new MergedTree();
    const tree = this.#tree;
    const preview = tree !== null && layer < tree.layers ? tree.catalogs[layer] : undefined;
    // Another one than the preview's when the tree was handed in: the same entries, unless the file was written to meanwhile, and the one
    // that the cache keeps with its hashes.
    if (preview !== undefined && preview.length === catalog.length) tree!.catalogs[layer] = catalog;
    else if (preview !== undefined) this.#failed = true;
    else this.#layers[layer] = { catalog, isWhole: true };
    if (tree !== null) this.#mergeReady(tree);
  }

  /** Null where no layer was a new one. @throws {BallastError} layer-invalid */
  finish(scans: readonly LayerScan[]): MergedTree | null {
    return this.#failed ? mergeLayers(scans.map(({ catalog }) => catalog)) : this.#tree;
  }

  #mergeReady(tree: MergedTree): void {
    for (let next = this.#layers[tree.layers]; next !== undefined && !this.#failed; next = this.#layers[tree.layers]) {
      // Whoever watches the tree sees complete layers only.
      if (next.isWhole || this.#hooks.onMerged === undefined) tree.addEntries(next.catalog);
      if (!next.isWhole) return;
      tree.endLayer(next.catalog);
      this.#hooks.onMerged?.(tree, tree.layers);
      if (tree.layers === this.#layerCount) this.#hooks.onWhole?.(tree);
    }
  }
}
