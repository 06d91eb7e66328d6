/**
 * What a rewrite will do, as data: a list of steps to switch on or off, each with what it would save. `--plan` writes it as JSON, a person
 * may edit it, `--apply` and the TUI execute it. Nothing here touches an image.
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
  /** Number of layers from the bottom that stay byte-identical. */
  readonly keepLayers: number;
  /** Number of layers of the base image, which a registry already has; 0 when no base is known. */
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
  /** Unique in the plan: the kind, followed by the category for `drop` (`drop:caches`). */
  readonly id: string;
  readonly kind: StepKind;
  readonly title: string;
  /** One sentence: what it does to this image, or why it does nothing. */
  readonly detail: string;
  readonly enabled: boolean;
  /** What the step alone saves in addition to `merge`; `predict` computes what the enabled steps save together. */
  readonly saving: Saving;
  /** Paths the step removes (`drop`, `remove`, `scrub-secrets`) or restores from the base (`undo-metadata`). */
  readonly paths: readonly PlanPath[];
  /** Groups of identical files that become one file with several names (`hard-link`). */
  readonly groups: readonly PlanGroup[];
  /** What the step leaves alone because the image uses it. */
  readonly kept: readonly PlanKept[];
  /** What is removed from the config (`scrub-secrets`). */
  readonly scrub: PlanScrub | null;
  /** The Dockerfile lines that added what the step removes; only set when a Dockerfile was given. */
  readonly lines?: readonly PlanLine[];
}

export interface PlanLine {
  /** Null if it is unknown which line made the layer. */
  readonly dockerfile: ReportedLocation | null;
  /** Files of it that the step removes; 0 for a variable or label. */
  readonly paths: number;
  /** Content bytes that the new layers save with them. */
  readonly bytes: number;
}

/** Bytes; negative when the step adds some. Null if unknown. */
export interface Saving {
  readonly uncompressed: number;
  readonly compressed: number | null;
  /** Of what must be pushed or pulled when the other side already has the base image. */
  readonly afterSharing: number | null;
  /** `exact` applies to the uncompressed bytes; the others are always estimates. */
  readonly exactness: "exact" | "estimate";
}

export interface PlanPath {
  /** Absolute, as the JSON report writes paths. A directory stands for everything below it. */
  readonly path: string;
  /** Content bytes that the new layers save with it; 0 for files of kept layers, where removing saves nothing. */
  readonly bytes: number;
}

export interface PlanKept {
  /** A file, or a directory that is kept with everything below it. */
  readonly path: string;
  /** For example `ENTRYPOINT names it`. */
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
  /** Mask every secret in history rows and commands. */
  readonly history: boolean;
}

export interface PlanSettings {
  readonly compression: Compression;
  /** `compress` groups similar files, `path` sorts by path. */
  readonly order: "path" | "compress";
  readonly history: HistoryMode;
  readonly manifest: "oci" | "docker";
  readonly config: ConfigEdits;
  /** Seconds since 1970 (`SOURCE_DATE_EPOCH`): later times in the new layers and config are set back to it. */
  readonly clampTime: number | null;
  /** The new `created`, RFC 3339; null keeps the original's. */
  readonly created: string | null;
  /** Globs of paths that each get a layer of their own (`split`). */
  readonly boundaries: readonly string[];
}

export type HistoryMode = "keep" | "collapse" | "redact";

export interface Compression {
  readonly kind: "gzip" | "zstd" | "none";
  /** On the compressor's own scale. */
  readonly level: number;
}

/** Changes to the `config` object of the image config. */
export interface ConfigEdits {
  /** In order; of the same name, the last wins. */
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

/** What the prediction is computed from. Sizes in bytes. */
export interface PlanFigures {
  /** Content bytes that all layers store. */
  readonly totalBytes: number;
  /** Content bytes that the kept layers store. */
  readonly keptBytes: number;
  /** Content bytes of the merged layer when nothing is removed. */
  readonly mergedBytes: number;
  /** Entries of the merged layer. */
  readonly mergedEntries: number;
  /** Bytes of the merged layer's archive that are not content: headers and padding. Absent in plans of earlier versions. */
  readonly overheadBytes?: number;
  /** Archive bytes, headers included, of the layers above the kept ones. Absent in plans of earlier versions. */
  readonly rewrittenBytes?: number;
  /** Stored bytes of all layers; null when the source has them uncompressed. */
  readonly storedBytes: number | null;
  readonly keptStoredBytes: number;
  readonly baseStoredBytes: number;
  /** Stored ÷ uncompressed bytes that gzip reaches on this image, measured on its layers or on a sample; null if unknown. */
  readonly gzipRatio: number | null;
  /** Where `gzipRatio` comes from: a sample is accurate to about 5 %, the ratio of whole layers may be off by a third. */
  readonly ratioFrom: "sample" | "layers";
  /** Number of layers that `split` would make of the range. */
  readonly splitLayers: number;
  /** False when layers may hold copies of base files, whose content was not compared. */
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

/** The same plan with one step switched on or off. */
export function withStep(plan: Plan, id: string, enabled: boolean): Plan {
  return { ...plan, steps: plan.steps.map((step) => (step.id === id ? { ...step, enabled } : step)) };
}

/** True when a step of this kind is enabled. */
export function isOn(plan: Plan, kind: StepKind): boolean {
  return plan.steps.some((step) => step.kind === kind && step.enabled);
}

export type DropCategory = DropRule["category"];

export interface OptimizeOptions {
  readonly keepLayers: number;
  readonly settings: PlanSettings;
  /** Categories of leftovers to enable; the others are listed, but disabled. */
  readonly drop: readonly DropCategory[];
  readonly remove: readonly string[];
  readonly keep: readonly string[];
  readonly scrubSecrets: boolean;
  readonly split: boolean;
  readonly undoMetadata: boolean;
  /** Steps to disable. */
  readonly off: readonly StepKind[];
  /** Files stored again with the same content; null if they were not compared. */
  readonly storedAgain: StoredAgain | null;
  readonly gzipRatio: number | null;
  /** Package ownership for `split`; null when it is not requested. */
  readonly owners: PackageOwners | null;
  /** What the image uses, which must not be dropped, linked or given another time. */
  readonly uses: Uses;
}

export interface OptimizePlan {
  readonly plan: Plan;
  readonly warnings: readonly string[];
  /** What the image uses, for checking the result; null if planning did not find it out. */
  readonly uses: Uses | null;
}
