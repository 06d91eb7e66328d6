/** Plans what squash or optimize would do to an image. Commands, terminal UI and library all plan through this file. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { BallastError } from "../base/errors.ts";
import { compressionLevels } from "../compression/compress.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import type { Image } from "../image/image.ts";
import { formatVersionedPlatform } from "../image/platform.ts";
import { layerBetween } from "../rewrite/layers/delta.ts";
import type { LayerEntry } from "../rewrite/layers/delta.ts";
import { editedView, viewAt } from "../rewrite/layers/views.ts";
import { treeEdits } from "../rewrite/plan/edits.ts";
import { familyOf } from "../rewrite/documents/outgoing-image.ts";
import { zstdRefused } from "../rewrite/layers/kept-layer.ts";
import { keptLayers } from "../rewrite/plan/layer-range.ts";
import type { RangeChoice } from "../rewrite/plan/layer-range.ts";
import { planOptimize } from "../rewrite/plan/optimize.ts";
import { packageOwners } from "../rewrite/plan/package-owners.ts";
import type { Compression, OptimizeOptions, OptimizePlan, Plan, PlanSettings } from "../rewrite/plan/plan.ts";
import { findStoredAgain } from "../rewrite/plan/figures/same-content.ts";
import type { StoredAgain } from "../rewrite/plan/figures/same-content.ts";
import { sampleGzipRatio } from "../rewrite/plan/figures/sample-ratio.ts";
import { defaultSettings, planSquash } from "../rewrite/plan/squash.ts";
import { safeCategories } from "../rewrite/plan/steps/drop.ts";
import { findUses } from "../rewrite/uses/find-uses.ts";
import type { Scanner } from "../scan/scanner.ts";

/** Null follows the source: its family of media types, or OCI if it has none; its compression, see `settingsFor`. */
export type RequestedSettings = Omit<PlanSettings, "manifest" | "compression"> & {
  readonly manifest: PlanSettings["manifest"] | null;
  readonly compression: Compression | null;
};

/** The switches of `optimize`. */
export type OptimizeSteps = Omit<OptimizeOptions, "keepLayers" | "settings" | "storedAgain" | "gzipRatio" | "owners" | "uses">;

/** What `optimize` does by default. */
export const recommendedSteps: OptimizeSteps = {
  drop: safeCategories,
  remove: [],
  keep: [],
  scrubSecrets: false,
  split: false,
  undoMetadata: false,
  off: [],
};

/** By default, the layers of the base are kept if one is known. */
export const recommendedRange: RangeChoice = { all: false, keepBase: false, from: null, last: null };

export interface PlanRequest {
  readonly range: RangeChoice;
  readonly settings: RequestedSettings;
  /** Null plans a squash. */
  readonly optimize: OptimizeSteps | null;
  /**
   * Whether a sample of the files is compressed, for a better prediction of compressed sizes. When not given: where the source says nothing
   * of them.
   */
  readonly sample?: boolean;
  /** Linux images are rewritten together with this one, for the same index. */
  readonly oneOfSeveral?: boolean;
}

/**
 * Checks what can be checked before a layer is read, and decides on media types and compression where the request leaves them open. New
 * layers of an image with zstd layers are zstd as well: its readers know zstd, and gzip would make it larger.
 * @throws {BallastError} unsupported-image, bad-argument
 */
export function settingsFor(image: Image, requested: RequestedSettings, oneOfSeveral = false): PlanSettings {
  if (isWindows(image) && !oneOfSeveral) {
    throw new BallastError(
      "unsupported-image",
      `${image.reference} is a Windows image: its layers are not merged by the rules of Linux layers`,
      { hint: "choose a Linux image of an index with --platform" },
    );
  }
  const manifest = requested.manifest ?? familyOf(image);
  const settings = { ...requested, manifest, compression: requested.compression ?? usualCompression(image, manifest) };
  refuseZstd(settings);
  return settings;
}

function usualCompression(image: Image, manifest: PlanSettings["manifest"]): Compression {
  const isZstd = manifest === "oci" && image.layers.some(({ mediaType }) => mediaType.endsWith("zstd"));
  return isZstd ? { kind: "zstd", level: compressionLevels.zstd.default } : defaultSettings.compression;
}

/** Docker's own media types have none for zstd. @throws {BallastError} bad-argument */
export function refuseZstd({ manifest, compression }: RequestedSettings): void {
  if (manifest === "docker" && compression?.kind === "zstd") throw zstdRefused();
}

/**
 * Reads layers only to compare files that are stored again, to learn what the image uses, and for the sample. The analysis must hold secrets when `scrubSecrets` is on,
 * and duplicates unless `hard-link` is off.
 * @throws {BallastError} unsupported-image, bad-argument, unknown-layer, read-failed
 */
export async function planRewrite(analysis: Analysis, scanner: Scanner, request: PlanRequest): Promise<OptimizePlan> {
  const { image, tree, totals, base } = analysis;
  const { optimize } = request;
  const settings = settingsFor(image, request.settings, request.oneOfSeveral);
  if (isWindows(image)) return planUnmerged(analysis, settings, optimize);
  const keepLayers = keptLayers(image, request.range, base.layers);
  const storedAgain = await findStoredAgain({ image, tree, scanner }, keepLayers);
  const owners = optimize?.split === true ? await packageOwners(image, tree) : null;
  const uses = optimize === null ? null : await findUses({ image, tree, edits: settings.config });
  const planWith = (gzipRatio: number | null): OptimizePlan =>
    optimize === null || uses === null
      ? { plan: planSquash(analysis, { keepLayers, settings, same: storedAgain.same, gzipRatio }), warnings: [], uses }
      : planOptimize(analysis, { ...optimize, keepLayers, settings, storedAgain, gzipRatio, owners, uses });
  const planned = planWith(null);
  if (!(request.sample ?? totals.compressedBytes === null)) return planned;
  return planWith(await sampleGzipRatio(image, tree, entriesOf(planned.plan, tree, storedAgain)));
}

function isWindows({ platform }: Image): boolean {
  return platform.os === "windows";
}

/** Keeps every layer; the config is edited like those of the other images. @throws {BallastError} unsupported-image */
function planUnmerged(analysis: Analysis, settings: PlanSettings, optimize: OptimizeSteps | null): OptimizePlan {
  const { image } = analysis;
  const platform = formatVersionedPlatform(image.platform);
  if (optimize?.scrubSecrets === true)
    throw new BallastError("unsupported-image", `secrets are not taken out of layers of Windows, and ${platform} is one of the images`, {
      hint: "choose an image of Linux with --platform",
    });
  const plan = planSquash(analysis, { keepLayers: image.layers.length, settings, same: null, gzipRatio: null });
  const warning = `${platform} keeps its layers as they are: those of Windows are not merged by the rules of Linux`;
  return { plan: { ...plan, steps: [] }, warnings: [warning], uses: null };
}

/** What the new layer will hold. Files that are dropped or linked say nothing about how it compresses. */
function entriesOf(plan: Plan, tree: FileTree, { same }: StoredAgain): LayerEntry[] {
  const lower = plan.keepLayers === 0 ? null : viewAt(plan.keepLayers - 1);
  const upper = editedView(tree, tree.catalogs.length - 1, treeEdits(plan, tree));
  return layerBetween(tree, lower, upper, (below, above) => same.get(above) === below);
}
