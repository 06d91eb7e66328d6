/** Makes the analysis of an image from its scanned layers and their merged tree. */
import type { Analysis, BaseImage, LayerFigures, TreeFigures } from "../../../analyzers/analysis.ts";
import { guessBase, layersSharedWith, unknownBase } from "../../../analyzers/base-image.ts";
import { diveFigures } from "../../../analyzers/dive/figures.ts";
import { efficiencyOf, totalsOf, wastedByLayer } from "../../../analyzers/figures.ts";
import { applyAllowList } from "../../../analyzers/secrets/findings/allow-list.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { defined } from "../../base/defined.ts";
import { BallastError } from "../../base/errors.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { cleanPath, displayPath } from "../../filesystem/paths.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Image } from "../../image/image.ts";
import type { Warning } from "../../image/warning.ts";
import type { LoadHooks } from "./load-tree.ts";
import type { KeptFacts } from "../../scan/kept-facts.ts";
import type { LayerScan } from "../../scan/layer-scan.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { SecretOptions } from "./find-secrets.ts";
import type { ConfigTexts } from "./shown-texts.ts";

export interface AnalyzeOptions {
  readonly scanner: Scanner;
  /** The base image, when the person named it: its layers must be this image's lowest. */
  readonly base?: Image | undefined;
  /** Look for equal content at different paths, which takes reading every file that has the same size as another. Default true. */
  readonly duplicates?: boolean;
  /** Which secrets to report; none when absent. The scanner decides whether file contents are searched. */
  readonly secrets?: SecretOptions | undefined;
  /** Nothing is scanned after this analysis, so the scanner's threads and their memory can be released before the analyzers run. */
  readonly isLast?: boolean;
  /** The layers as merged by an earlier analysis that verified nothing, so that they need not be merged again. */
  readonly tree?: MergedTree;
  readonly hooks?: Omit<LoadHooks, "onWhole">;
}

/** More layers than overlay engines can mount. */
const mostLayers = 127;

/** What an analysis is made from. */
export interface Known {
  readonly tree: FileTree;
  /** Bottom first. */
  readonly scans: readonly LayerScan[];
  readonly figures: TreeFigures;
  readonly kept: KeptFacts;
  /** Masked even if secrets are not reported: no printed command may hold one. */
  readonly texts: ConfigTexts;
}

/** @throws {BallastError} read-failed, blob-corrupt; bad-argument when `base` is not this image's base */
export async function analyzeTree(image: Image, known: Known, options: AnalyzeOptions): Promise<Analysis> {
  const { tree, scans, kept, texts } = known;
  const { waste, duplicates, leftovers, packages, accounts, finalBytes, unknownLayers } = known.figures;
  const base = options.base === undefined ? guessBase(image) : namedBase(image, options.base);
  const secrets = await secretsOf(image, known, base, options.secrets);
  const wastedBytes = wastedByLayer(waste, image.layers.length);
  const layers = scans.map((scan, index) => layerFigures(image, scan, index, tree, wastedBytes[index]!, texts.createdBy[index]!));
  const totals = totalsOf(layers, finalBytes);
  return {
    image,
    tree,
    layers,
    totals,
    base,
    efficiency: efficiencyOf(layers, totals, base, waste, await kept.dive(() => diveFigures(tree.catalogs))),
    waste,
    duplicates,
    leftovers,
    packages,
    accounts,
    secrets: secrets?.findings ?? null,
    scope: { secrets: options.secrets?.mode ?? "off", duplicates: options.duplicates ?? true },
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
      ...packages.warnings,
      ...unknownPackages(unknownLayers),
      ...(secrets?.warnings ?? []),
    ],
    shown: texts.shown,
  };
}

interface Secrets {
  readonly findings: readonly SecretFinding[];
  readonly warnings: readonly Warning[];
}

async function secretsOf(
  image: Image,
  { tree, scans, kept, texts }: Known,
  base: BaseImage,
  options: SecretOptions | undefined,
): Promise<Secrets | null> {
  if (options === undefined || options.mode === "off") return null;
  const { mode, rules, allow = [], baseline = new Set(), platform } = options;
  const isFull = mode === "full";
  const decided = [texts.id, isFull, scans.every(({ secrets }) => secrets !== null), base.layers, platform ?? null];
  let all = texts.id === null ? null : await kept.find("findings", decided);
  if (all === null) {
    const { findSecrets } = await import("./find-secrets.ts");
    const inFiles = isFull ? scans : scans.map((scan) => ({ ...scan, secrets: null }));
    const config = await texts.secrets();
    all = await findSecrets({ image, tree, scans: inFiles, base, config, rules: await rules(), ...defined({ platform }) });
    if (texts.id !== null) kept.keep("findings", decided, all);
  }
  const { findings, expired } = applyAllowList(all, allow, baseline, new Date());
  const over = expired.map((entry) => ({
    code: "allow-expired",
    message: `the secret allowance "${entry.reason}" expired on ${entry.expires!}: what it covered is reported again`,
  }));
  return { findings, warnings: [...over, ...leftOut(all.filter(({ fingerprint }) => baseline.has(fingerprint)).length)] };
}

/** Says that a baseline left findings out. A variable may have named it, and then no findings must not look like none at all. */
function leftOut(count: number): Warning[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 secret of this image is" : `${count} secrets of this image are`;
  return [{ code: "secrets-known", count, message: `${what} known by --secrets-baseline and not told again` }];
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

function layerFigures(image: Image, scan: LayerScan, index: number, tree: FileTree, wastedBytes: number, createdBy: string): LayerFigures {
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

/** Warns about layers of which only the table of contents was read, and so no package database. */
function unknownPackages(layers: readonly number[]): Warning[] {
  return layers.map((layer) => ({
    code: "packages-unknown",
    layer,
    message: "what its files say about packages was not fetched: they are counted by directory",
  }));
}
