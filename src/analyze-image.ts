/** From an image to everything Ballast knows about it: scan, tree, analyzers. */
import type { Analysis, BaseImage, LayerFigures } from "../analyzers/analysis.ts";
import { guessBase, layersSharedWith, unknownBase } from "../analyzers/base-image.ts";
import { findDuplicates } from "../analyzers/duplicates.ts";
import { efficiencyOf, finalBytes, totalsOf, wastedByLayer } from "../analyzers/figures.ts";
import { findLeftovers } from "../analyzers/leftovers.ts";
import { liveFiles } from "../analyzers/live-files.ts";
import type { AllowEntry } from "../analyzers/secrets/allow-list.ts";
import type { CompiledRules } from "../analyzers/secrets/compile-rules.ts";
import { loadRules } from "../analyzers/secrets/load-rules.ts";
import { findWaste } from "../analyzers/waste.ts";
import { hashContent } from "./content-hashes.ts";
import { BallastError } from "./errors.ts";
import type { Catalog } from "./filesystem/catalog.ts";
import { cleanPath, displayPath } from "./filesystem/paths.ts";
import { MergedTree } from "./filesystem/merged-tree.ts";
import type { Image } from "./image/image.ts";
import type { Warning } from "./image/warning.ts";
import type { LayerScan } from "./scan/layer-scan.ts";
import type { Scanner } from "./scan/scanner.ts";
import { findConfigSecrets, findSecrets } from "./secrets-pass.ts";
import type { ConfigSecrets, Secrets } from "./secrets-pass.ts";

export interface AnalyzeOptions {
  readonly scanner: Scanner;
  /** The base image, when the person named it: its layers must be this image's lowest. */
  readonly base?: Image;
  /** Look for equal content at different paths; costs reading every file that shares its size with another. Default true. */
  readonly duplicates?: boolean;
  /** Which secrets to report; without, none. The scanner decides whether file contents are looked at. */
  readonly secrets?: SecretOptions;
  /** The layers, merged by an earlier analysis that verified nothing: taken instead of merging them again. */
  readonly tree?: MergedTree;
  readonly hooks?: AnalyzeHooks;
}

export interface SecretOptions {
  /** `config` looks at the image's config, history and file names only. */
  readonly mode: "off" | "config" | "full";
  readonly rules: CompiledRules;
  /** Fingerprints that are not told again. */
  readonly baseline?: ReadonlySet<string>;
  readonly allow?: readonly AllowEntry[];
  /** Set when several platforms are analysed. */
  readonly platform?: string;
}

/** What becomes known on the way, for those who show it early. */
export interface AnalyzeHooks {
  /** Stored bytes worked through since the last call. */
  readonly onBytes?: (layer: number, bytes: number) => void;
  /** A layer is scanned; they finish in any order. */
  readonly onLayer?: (layer: number, scan: LayerScan) => void;
  /**
   * The tree has this many layers now. With this hook layers are merged as soon as their entries are known, before their content has been
   * verified: what is wrong with it still ends the analysis with an error.
   */
  readonly onMerged?: (tree: MergedTree, layers: number) => void;
}

/** More layers than overlay engines can mount. */
const mostLayers = 127;

/**
 * @throws {BallastError} whatever is wrong with a layer's blob, naming the layer; bad-argument when `base` is not this image's base
 */
export async function analyzeImage(image: Image, options: AnalyzeOptions): Promise<Analysis> {
  const { scanner, hooks = {} } = options;
  // Also when secrets are not reported, no printed command may hold one. Begun first: the workers start meanwhile.
  const configSecrets = Promise.resolve(options.secrets?.rules ?? loadRules()).then((rules) => findConfigSecrets(image, rules));
  const { tree, scans } = await loadTree(image, scanner, hooks, options.tree);
  const files = liveFiles(tree);
  const lookForDuplicates = options.duplicates !== false;
  const hashOf = await hashContent(image, tree, scanner, lookForDuplicates ? files : []);

  const base = options.base === undefined ? guessBase(image) : namedBase(image, options.base);
  const config = await configSecrets;
  const createdBy = (layer: number): string => config.redact(image.layers[layer]!.createdBy ?? "");
  const secrets = await secretsOf(options.secrets, { image, tree, scans, base, config });
  const waste = findWaste(tree, hashOf);
  const wastedBytes = wastedByLayer(waste, image.layers.length);
  const layers = scans.map((scan, index) => layerFigures(image, scan, index, tree, wastedBytes[index]!, createdBy(index)));
  const totals = totalsOf(layers, finalBytes(files));
  return {
    image,
    tree,
    layers,
    totals,
    base,
    efficiency: efficiencyOf(layers, totals, base, waste, tree),
    waste,
    duplicates: lookForDuplicates ? findDuplicates(files, hashOf) : [],
    leftovers: findLeftovers(files, createdBy),
    secrets: secrets?.findings ?? null,
    incomplete: scans.flatMap((scan, layer) =>
      scan.unscanned.map(({ entry, reason }) => ({
        what: "secrets",
        reason,
        layer,
        path: displayPath(cleanPath(scan.catalog.path(entry)).path),
      })),
    ),
    verified: scans.every(({ verified }) => verified),
    warnings: [
      ...image.warnings,
      ...layerCountWarning(image),
      ...scans.flatMap(({ warnings }) => warnings),
      ...tree.warnings,
      ...(secrets?.warnings ?? []),
    ],
  };
}

async function secretsOf(
  options: SecretOptions | undefined,
  input: { image: Image; tree: MergedTree; scans: readonly LayerScan[]; base: BaseImage; config: ConfigSecrets },
): Promise<Secrets | null> {
  if (options === undefined || options.mode === "off") return null;
  const { mode, ...rest } = options;
  return findSecrets({
    ...input,
    ...rest,
    scans: mode === "full" ? input.scans : input.scans.map(({ evidence }) => ({ secrets: null, evidence })),
  });
}

/** Scans all layers side by side and merges them bottom-up as soon as the ones below are there. */
export async function loadTree(
  image: Image,
  scanner: Scanner,
  hooks: AnalyzeHooks = {},
  merged = new MergedTree(),
): Promise<{ readonly tree: MergedTree; readonly scans: readonly LayerScan[] }> {
  const growing = new GrowingTree(hooks, merged);
  const scans: (LayerScan | undefined)[] = image.layers.map(() => undefined);
  // Largest first: then no worker is left with the largest one at the end.
  const order = image.layers.toSorted((a, b) => (b.storedBytes ?? 0) - (a.storedBytes ?? 0));
  await Promise.all(
    order.map(async (layer) => {
      const { index } = layer;
      const scan = await scanner.scan(layer, {
        onBytes: (bytes) => hooks.onBytes?.(index, bytes),
        ...(hooks.onMerged === undefined ? {} : { onCatalog: (catalog) => growing.preview(index, catalog) }),
      });
      scans[index] = scan;
      hooks.onLayer?.(index, scan);
      growing.add(index, scan.catalog);
    }),
  );
  return { tree: growing.finish(scans as LayerScan[]), scans: scans as LayerScan[] };
}

/** Merges catalogs bottom-up, in whatever order they come. */
class GrowingTree {
  readonly #hooks: AnalyzeHooks;
  readonly #catalogs: (Catalog | undefined)[] = [];
  #tree: MergedTree;
  /** A preview could not be merged; its scan will say why. */
  #failed = false;

  constructor(hooks: AnalyzeHooks, tree: MergedTree) {
    this.#hooks = hooks;
    this.#tree = tree;
  }

  /** A catalog whose layer is still being verified. */
  preview(layer: number, catalog: Catalog): void {
    this.#catalogs[layer] ??= catalog;
    try {
      this.#mergeReady();
    } catch {
      this.#failed = true;
    }
  }

  add(layer: number, catalog: Catalog): void {
    this.#catalogs[layer] = catalog;
    const preview = this.#tree.catalogs[layer];
    // The same entries as the preview's, unless the file was written to meanwhile; this is the one that the cache keeps with its hashes.
    if (preview !== undefined && preview.length === catalog.length) this.#tree.catalogs[layer] = catalog;
    else if (preview !== undefined) this.#failed = true;
    this.#mergeReady();
  }

  /** @throws {BallastError} layer-invalid */
  finish(scans: readonly LayerScan[]): MergedTree {
    if (!this.#failed) return this.#tree;
    this.#tree = new MergedTree();
    for (const { catalog } of scans) this.#tree.addLayer(catalog);
    return this.#tree;
  }

  #mergeReady(): void {
    const tree = this.#tree;
    for (
      let next = this.#catalogs[tree.catalogs.length];
      next !== undefined && !this.#failed;
      next = this.#catalogs[tree.catalogs.length]
    ) {
      tree.addLayer(next);
      this.#hooks.onMerged?.(tree, tree.catalogs.length);
    }
  }
}

function namedBase(image: Image, base: Image): BaseImage {
  const layers = layersSharedWith(image, base);
  if (layers === null) {
    throw new BallastError("bad-argument", `${image.reference} is not built on ${base.reference}: their lowest layers differ`, {
      hint: "give --base the very version of the base image that this one was built on",
    });
  }
  return { ...unknownBase, layers, from: "flag", reference: base.reference };
}

function layerFigures(
  image: Image,
  scan: LayerScan,
  index: number,
  tree: MergedTree,
  wastedBytes: number,
  createdBy: string,
): LayerFigures {
  const layer = image.layers[index]!;
  return {
    index,
    digest: layer.digest ?? scan.digest ?? layer.diffId,
    diffId: layer.diffId,
    mediaType: layer.mediaType,
    compressedBytes: scan.compression === "none" ? null : scan.storedBytes,
    bytes: tree.layerBytes[index]!,
    entries: scan.catalog.length,
    createdBy,
    created: layer.created,
    wastedBytes,
  };
}

function layerCountWarning({ layers }: Image): Warning[] {
  if (layers.length <= mostLayers) return [];
  return [
    {
      code: "too-many-layers",
      message: `the image has ${layers.length} layers: Docker refuses more than ${mostLayers}, umoci unpacks them all`,
    },
  ];
}
