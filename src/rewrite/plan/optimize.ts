/** The recommended plan of `ballast optimize`: every step that makes this image smaller, to switch on or off, with what it saves. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { dropSteps } from "./steps/drop.ts";
import { mergedEntries, planFigures } from "./figures/figures.ts";
import { hardLinkStep } from "./steps/hard-link.ts";
import { removeStep } from "./steps/remove.ts";
import { scrubStep } from "./steps/scrub.ts";
import { mergeDetail, orderDetail, planImage, step, withSavings } from "./squash.ts";
import type { OptimizeOptions, OptimizePlan, Plan, PlanStep, StepKind } from "./plan.ts";
import { undoMetadataStep } from "./steps/undo.ts";
import { splitLayers } from "./split.ts";
import { mostLayers } from "./planned-layers.ts";
import { parseGlob } from "../../base/text/glob.ts";

/**
 * Pure: only reads the analysis.
 * @throws {BallastError} bad-argument when a glob removes everything
 */
export function planOptimize(analysis: Analysis, options: OptimizeOptions): OptimizePlan {
  const { image } = analysis;
  const { settings, keepLayers } = options;
  const warnings: string[] = [];
  const on = (kind: StepKind): boolean => !options.off.includes(kind);
  const merged = image.layers.length - keepLayers;
  const steps: PlanStep[] = [
    step(
      "merge",
      `merge ${merged} ${merged === 1 ? "layer" : "layers"} into one`,
      mergeDetail(analysis, keepLayers),
      on("merge") && !options.split,
    ),
    ...dropSteps(analysis, options),
    ...removeStep(analysis, options, warnings),
    ...undoMetadataStep(options),
    hardLinkStep(analysis, options, on("hard-link")),
    scrubStep(analysis, options, warnings),
    step("order", "order files so that they compress better", orderDetail(settings), on("order") && settings.order === "compress"),
    recompressStep(analysis, options, on("recompress")),
    step("annotations", "drop annotations and attestations of the old image", "they describe layers that are gone"),
  ];
  const parts = options.split ? plannedParts(analysis, options, warnings) : 0;
  if (options.split) {
    const detail = `${plural(parts, "layer")} by package and boundary, so that an update moves only what changed`;
    steps.push(step("split", "split layers by how often they change", detail));
  }
  const plan: Plan = {
    schemaVersion: 1,
    command: "optimize",
    image: planImage(analysis),
    keepLayers,
    baseLayers: analysis.base.layers,
    steps,
    settings,
    figures: planFigures(analysis, keepLayers, { same: options.storedAgain?.same ?? null, gzipRatio: options.gzipRatio }, parts),
  };
  return { plan: withSavings(plan), warnings, uses: options.uses };
}

/** Number of layers that `split` makes. */
function plannedParts(analysis: Analysis, { keepLayers, settings, storedAgain, owners }: OptimizeOptions, warnings: string[]): number {
  const boundaries = settings.boundaries.map(parseGlob);
  const entries = mergedEntries(analysis, keepLayers, storedAgain?.same ?? null);
  if (owners === null || owners.size === 0) warnings.push("--split: no dpkg or apk database was found, so only the boundaries split");
  for (const glob of boundaries)
    if (!entries.some(({ path }) => glob.matches(path))) warnings.push(`--boundary ${glob.text} matches no path above the kept layers`);
  return splitLayers(analysis.tree, entries, { owners: owners ?? new Map(), boundaries, mostLayers: mostLayers - keepLayers }).length;
}

function recompressStep({ layers }: Analysis, { settings, keepLayers }: OptimizeOptions, enabled: boolean): PlanStep {
  const { kind, level } = settings.compression;
  const name = kind === "none" ? "no compression" : `${kind} level ${level}`;
  const kept = layers.slice(0, keepLayers).filter(({ compressedBytes }) => compressedBytes === null).length;
  const detail = kept === 0 ? "" : `; ${plural(kept, "kept layer")} ${kept === 1 ? "stays" : "stay"} uncompressed, as in the source`;
  return step("recompress", `compress new layers with ${name}`, `layers above the kept ones${detail}`, enabled);
}
