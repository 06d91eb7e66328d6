/** The plan of `ballast squash`: merge the layers above the kept ones, change nothing else. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import type { Inode } from "../../filesystem/file-tree.ts";
import { formatPlatform } from "../../image/platform.ts";
import { formatBytes } from "../../terminal/format-bytes.ts";
import { planFigures } from "./figures/figures.ts";
import { noConfigEdits } from "./plan.ts";
import type { Plan, PlanSettings, PlanStep, Saving, StepKind } from "./plan.ts";
import { predict } from "./figures/predict.ts";

export const defaultSettings: PlanSettings = {
  compression: { kind: "gzip", level: 6 },
  order: "compress",
  history: "keep",
  manifest: "oci",
  config: noConfigEdits,
  clampTime: null,
  created: null,
  boundaries: [],
};

export interface SquashOptions {
  readonly keepLayers: number;
  readonly settings: PlanSettings;
  /** Files above the kept layers that the kept layers already have; null if they were not compared. */
  readonly same: ReadonlyMap<Inode, Inode> | null;
  readonly gzipRatio: number | null;
}

export function planSquash(analysis: Analysis, options: SquashOptions): Plan {
  const { image, base } = analysis;
  const { settings, keepLayers } = options;
  const merged = image.layers.length - keepLayers;
  const steps: PlanStep[] = [
    step("merge", `merge ${merged} ${merged === 1 ? "layer" : "layers"} into one`, mergeDetail(analysis, keepLayers)),
    step("order", "order files so that they compress better", orderDetail(settings), settings.order === "compress"),
    step("annotations", "drop annotations and attestations of the old image", "they describe layers that are gone"),
  ];
  const plan: Plan = {
    schemaVersion: 1,
    command: "squash",
    image: planImage(analysis),
    keepLayers,
    baseLayers: base.layers,
    steps,
    settings,
    figures: planFigures(analysis, keepLayers, { same: options.same, gzipRatio: options.gzipRatio }),
  };
  return withSavings(plan);
}

export function planImage({ image }: Analysis): Plan["image"] {
  return {
    reference: image.reference,
    platform: formatPlatform(image.platform),
    configDigest: image.configDigest,
    layers: image.layers.length,
  };
}

const unknownSaving: Saving = { uncompressed: 0, compressed: null, afterSharing: null, exactness: "estimate" };

export function step(kind: StepKind, title: string, detail: string, enabled = true, more: Partial<PlanStep> = {}): PlanStep {
  return { id: kind, kind, title, detail, enabled, saving: unknownSaving, paths: [], groups: [], kept: [], scrub: null, ...more };
}

export function mergeDetail({ layers, waste }: Analysis, keepLayers: number): string {
  const wasted = waste.filter((row) => row.layer >= keepLayers).reduce((sum, row) => sum + row.bytes, 0);
  const lowest = keepLayers === 1 ? "the lowest layer stays" : `the lowest ${keepLayers} layers stay`;
  return `${keepLayers === 0 ? "no layer is kept" : `${lowest} byte-identical, of ${layers.length}`}; ${wasted === 0 ? "nothing is shadowed" : `${formatBytes(wasted)} of shadowed files go`}`;
}

export function orderDetail({ order }: PlanSettings): string {
  return order === "compress" ? "similar files lie beside each other" : "files stay in path order";
}

/** Fills in what each step alone would save in addition to the merge. */
export function withSavings(plan: Plan): Plan {
  const alone = (id: string | null): Plan => ({
    ...plan,
    steps: plan.steps.map((other) => ({ ...other, enabled: other.id === id || other.kind === "merge" || other.kind === "recompress" })),
  });
  const merge = predict(alone(null));
  const steps = plan.steps.map((one): PlanStep => {
    const result = predict(alone(one.id));
    const from = one.kind === "merge" ? merge.before : merge.after;
    const difference = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);
    return {
      ...one,
      saving: {
        uncompressed: from.uncompressed - result.after.uncompressed,
        compressed: difference(from.compressed, result.after.compressed),
        afterSharing: difference(from.afterSharing, result.after.afterSharing),
        exactness: result.exactness,
      },
    };
  });
  return { ...plan, steps };
}
