/**
 * What the UI needs of a loading image. Everything arrives in pieces and in this order: the image's head, its layers as they are read,
 * the tree as it grows bottom-up, the figures, and once more the figures with what takes longest (secrets, duplicates).
 */
import type { Analysis } from "../analyzers/analysis.ts";
import type { WasteGroup } from "../analyzers/waste/groups.ts";
import type { FileNode, FileTree, Inode } from "../src/filesystem/file-tree.ts";
import type { ImageConfig } from "../src/image/config.ts";
import type { Image, Layer } from "../src/image/image.ts";
import type { OfferedImage } from "../src/transports/transport.ts";
import type { PlanStep, Prediction } from "../src/rewrite/plan/plan.ts";

export type ShownLayer = Pick<Layer, "index" | "digest" | "diffId" | "mediaType" | "storedBytes" | "createdBy" | "created">;

/** An image as the UI gets it: data alone, with every secret in its texts masked. */
export interface ShownImage extends Pick<
  Image,
  "reference" | "transport" | "manifestDigest" | "configDigest" | "annotations" | "platform" | "tags" | "warnings"
> {
  readonly config: Omit<ImageConfig, "json">;
  readonly layers: readonly ShownLayer[];
}

export interface ShownAnalysis extends Omit<Analysis, "image" | "tree"> {
  readonly tree: FileTree;
  /** The waste rolled up by directory, cause and pair of layers. */
  readonly wasteGroups: readonly WasteGroup[];
  /** Secrets are looked for in files too, and not in the config alone. */
  readonly searchesFiles: boolean;
}

export interface SessionListener {
  /** There are several platforms, or several images, where the name leads; told before one of them is opened, or none can be. */
  onOffered(offered: readonly OfferedImage[]): void;
  /** Manifest and config are known. */
  onImage(image: ShownImage): void;
  /** `bytes` of a layer's stored bytes are read so far; layer null while the image itself is fetched. */
  onProgress(progress: {
    readonly layer: number | null;
    readonly what: string;
    readonly bytes: number;
    readonly totalBytes: number | null;
  }): void;
  /** A layer has been read; its files count. Layers may finish in any order. */
  onLayer(layer: number, found: { readonly bytes: number; readonly entries: number }): void;
  /** The tree holds the layers below `merged`. It is one object that grows. */
  onTree(tree: FileTree, merged: number): void;
  /** The figures; first without secrets and duplicates, and again, final, with everything. Both are about the one tree. */
  onAnalysis(analysis: ShownAnalysis, state: { readonly final: boolean }): void;
  /** What kept the image from being read. Everything already shown stays. */
  onError(error: unknown): void;
}

export interface PlanResult {
  /** Where it was written, as the person named it. */
  readonly destination: string;
  readonly before: { readonly layers: number; readonly bytes: number; readonly compressedBytes: number | null };
  readonly after: { readonly layers: number; readonly bytes: number; readonly compressedBytes: number | null };
  /** What was proved, in sentences. */
  readonly verified: readonly string[];
  readonly warnings: readonly string[];
}

export type PlanKind = "optimize" | "squash";

/** A step with as many of its paths and groups as anybody reads, and how many there are. */
export interface ShownStep extends Omit<PlanStep, "groups"> {
  readonly pathCount: number;
  readonly keptCount: number;
  readonly groups: readonly { readonly bytes: number; readonly copies: number; readonly path: string }[];
  readonly groupCount: number;
}

export interface ShownPlan {
  readonly kind: PlanKind;
  readonly steps: readonly ShownStep[];
  readonly prediction: Prediction;
  /** A destination to offer. */
  readonly destination: string;
}

export interface Session {
  /** The image's name as the person typed it. */
  readonly name: string;
  /** Begins to load. Called once, after the first frame is on the screen. */
  start(listener: SessionListener): void;
  /** Up to `maxBytes` of a file's content. @throws {BallastError} blob-missing, read-failed */
  read(inode: Inode, maxBytes: number): Promise<Buffer>;
  /** Writes a file, or a directory with everything the layers up to `layer` show below it, into `directory`. Returns what was written. */
  extract(
    node: FileNode,
    layer: number,
    directory: string,
  ): Promise<{ readonly path: string; readonly files: number; readonly skipped: number }>;
  /** Makes a plan; the later calls are about the plan made last. @throws {BallastError} where no plan can be made */
  plan(kind: PlanKind): Promise<ShownPlan>;
  /** The plan with one switch turned. */
  turnStep(step: string, enabled: boolean): Promise<ShownPlan>;
  /**
   * Carries the plan out.
   * @param force overwrite what is there
   * @throws {BallastError} for whatever keeps it from being written; nothing is left behind then
   */
  runPlan(
    destination: string,
    force: boolean,
    onProgress: (what: string, ratio: number | null) => void,
    signal: AbortSignal,
  ): Promise<PlanResult>;
  /** Ends whatever still runs and releases files. Safe to call twice. */
  close(): Promise<void>;
}
