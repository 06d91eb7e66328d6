/**
 * What a rewrite will do, as data: a list of steps, each a switch with what it would save. `--plan` writes it as JSON, a person may edit
 * it, `--apply` and the TUI execute it. Nothing in here touches an image.
 */
import type { DropRule } from "../../../analyzers/leftovers/rules.ts";
import type { ReportedLocation } from "../../../analyzers/dockerfile/located.ts";
import type { Digest } from "../../image/digest.ts";
import type { PackageOwners } from "./package-owners.ts";
import type { Uses } from "../uses/uses.ts";
import type { StoredAgain } from "./figures/same-content.ts";

export interface Plan {
  readonly schemaVersion: 1;
  readonly command: "squash" | "optimize";
  /** The image the plan was made for; `--apply` refuses any other. */
  readonly image: { readonly reference: string; readonly platform: string; readonly configDigest: Digest; readonly layers: number };
  /** Layers from the bottom that stay byte-identical. */
  readonly keepLayers: number;
  /** Layers that belong to the base image, of which a registry has a copy already; 0 when no base is known. */
  readonly baseLayers: number;
  readonly steps: readonly PlanStep[];
  readonly settings: PlanSettings;
  readonly figures: PlanFigures;
}

export type StepKind =
  | "merge"
  | "drop"
  | "remove"
  | "undo-metadata"
  | "hard-link"
  | "scrub-secrets"
  | "order"
  | "recompress"
  | "annotations"
  | "split";

export interface PlanStep {
  /** Unique in the plan: the kind, for `drop` with its category (`drop:caches`). */
  readonly id: string;
  readonly kind: StepKind;
  readonly title: string;
  /** One sentence: what it does to this image, or why it does nothing. */
  readonly detail: string;
  /** The switch. */
  readonly enabled: boolean;
  /** What the step saves when it is the only one beside `merge`; `predict` knows what the chosen steps save together. */
  readonly saving: Saving;
  /** Paths the step removes (`drop`, `remove`, `scrub-secrets`) or takes back from the base (`undo-metadata`). */
  readonly paths: readonly PlanPath[];
  /** Groups of identical files that become one file with several names (`hard-link`). */
  readonly groups: readonly PlanGroup[];
  /** What the step leaves alone because the image uses it. */
  readonly kept: readonly PlanKept[];
  /** What leaves the config (`scrub-secrets`). */
  readonly scrub: PlanScrub | null;
  /** Where in the Dockerfile that was made which the step takes out; only there when one was named. */
  readonly lines?: readonly PlanLine[];
}

export interface PlanLine {
  /** Null where it is not known which line made the layer. */
  readonly dockerfile: ReportedLocation | null;
  /** Files of it that the step takes out; 0 for a variable or label. */
  readonly paths: number;
  /** Content bytes that leave the new layers with them. */
  readonly bytes: number;
}

/** Bytes; negative when the step costs some. Null where nothing can be said. */
export interface Saving {
  readonly uncompressed: number;
  readonly compressed: number | null;
  /** Of what has to be pushed or pulled when the other side has the base image already. */
  readonly afterSharing: number | null;
  /** `exact` holds for the uncompressed bytes; the others are always estimates. */
  readonly exactness: "exact" | "estimate";
}

export interface PlanPath {
  /** Absolute, as the JSON report writes paths. A directory stands for everything below it. */
  readonly path: string;
  /** Content bytes that leave the new layers with it; 0 for what lies in kept layers, where removing saves nothing. */
  readonly bytes: number;
}

export interface PlanKept {
  /** A file, or a directory of which everything below stays. */
  readonly path: string;
  /** `ENTRYPOINT names it`. */
  readonly why: string;
  readonly files: number;
  readonly bytes: number;
}

export interface PlanGroup {
  /** Bytes of one copy. */
  readonly bytes: number;
  readonly paths: readonly string[];
}

export interface PlanScrub {
  /** Names of environment variables that are removed. */
  readonly env: readonly string[];
  /** Labels that are removed. */
  readonly labels: readonly string[];
  /** Rewrites history rows and commands: every secret in them becomes a mask. */
  readonly history: boolean;
}

export interface PlanSettings {
  readonly compression: Compression;
  /** `compress` groups similar files, `path` sorts by name. */
  readonly order: "path" | "compress";
  readonly history: HistoryMode;
  readonly manifest: "oci" | "docker";
  readonly config: ConfigEdits;
  /** Seconds since 1970 (`SOURCE_DATE_EPOCH`): no time in the new layers and config is later. */
  readonly clampTime: number | null;
  /** The new `created`, RFC 3339; null keeps the original's. */
  readonly created: string | null;
  /** Globs of paths that each get a layer of their own (`split`). */
  readonly boundaries: readonly string[];
}

export type HistoryMode = "keep" | "collapse" | "redact";

export interface Compression {
  readonly kind: "gzip" | "zstd" | "none";
  /** The compressor's own scale. */
  readonly level: number;
}

/** Changes to the `config` object of the image config. */
export interface ConfigEdits {
  /** In order; a later one of the same name wins. */
  readonly setEnv: readonly (readonly [name: string, value: string])[];
  readonly unsetEnv: readonly string[];
  /** A null value removes the label. */
  readonly labels: readonly (readonly [key: string, value: string | null])[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly user: string | null;
  readonly workdir: string | null;
}

export const noConfigEdits: ConfigEdits = {
  setEnv: [],
  unsetEnv: [],
  labels: [],
  entrypoint: null,
  cmd: null,
  user: null,
  workdir: null,
};

/** What the prediction is computed from. Bytes. */
export interface PlanFigures {
  /** Content bytes that all layers store. */
  readonly totalBytes: number;
  /** Content bytes that the kept layers store. */
  readonly keptBytes: number;
  /** Content bytes of the merged layer when nothing is removed. */
  readonly mergedBytes: number;
  /** Entries of the merged layer. */
  readonly mergedEntries: number;
  /** Bytes of the merged layer's archive that are not content: headers, and what fills files up to whole blocks. Absent in plans of earlier versions. */
  readonly overheadBytes?: number;
  /** Bytes of the archives, headers included, of the layers above the kept ones. Absent in plans of earlier versions. */
  readonly rewrittenBytes?: number;
  /** Stored bytes of all layers; null when the source holds them uncompressed. */
  readonly storedBytes: number | null;
  readonly keptStoredBytes: number;
  readonly baseStoredBytes: number;
  /** Stored bytes ÷ uncompressed bytes that gzip reaches on this image: measured on its layers or on a sample; null when unknown. */
  readonly gzipRatio: number | null;
  /** Where `gzipRatio` comes from: a sample is good to about 5 %, what whole layers compressed to may be off by a third. */
  readonly ratioFrom: "sample" | "layers";
  /** Layers that `split` would make of the range. */
  readonly splitLayers: number;
  /** False where layers may hold copies of base files whose content was not compared. */
  readonly exact: boolean;
}

export interface Sizes {
  readonly layers: number;
  readonly uncompressed: number;
  readonly compressed: number | null;
  readonly afterSharing: number | null;
}

export interface Prediction {
  readonly before: Sizes;
  readonly after: Sizes;
  readonly exactness: "exact" | "estimate";
}

/** The same plan with one switch turned. */
export function withStep(plan: Plan, id: string, enabled: boolean): Plan {
  return { ...plan, steps: plan.steps.map((step) => (step.id === id ? { ...step, enabled } : step)) };
}

/** True when a step of this kind is switched on. */
export function isOn(plan: Plan, kind: StepKind): boolean {
  return plan.steps.some((step) => step.kind === kind && step.enabled);
}

export type DropCategory = DropRule["category"];

export interface OptimizeOptions {
  readonly keepLayers: number;
  readonly settings: PlanSettings;
  /** Categories of leftovers whose switch is on; the others are listed with their switch off. */
  readonly drop: readonly DropCategory[];
  readonly remove: readonly string[];
  readonly keep: readonly string[];
  readonly scrubSecrets: boolean;
  readonly split: boolean;
  readonly undoMetadata: boolean;
  /** Steps whose switch is off. */
  readonly off: readonly StepKind[];
  /** Files stored again without a change of content; null when nobody compared. */
  readonly storedAgain: StoredAgain | null;
  readonly gzipRatio: number | null;
  /** Package ownership for `split`; null when it is off. */
  readonly owners: PackageOwners | null;
  /** What the image uses: none of it is dropped, linked or given another time. */
  readonly uses: Uses;
}

export interface OptimizePlan {
  readonly plan: Plan;
  readonly warnings: readonly string[];
  /** What the image uses, for the check of the result; null where planning did not look for it. */
  readonly uses: Uses | null;
}
