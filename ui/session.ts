/**
 * What the UI needs from a loading image. It arrives in pieces, in this order: manifest and config, the layers as they are read, the tree
 * as it grows bottom-up, the figures, and then the figures again with what takes longest (secrets, duplicates).
 */
import type { Analysis } from "../analyzers/analysis.ts";
import type { WasteGroup } from "../analyzers/waste/groups.ts";
import type { FileNode, FileTree, Inode } from "../src/filesystem/file-tree.ts";
import type { ImageConfig } from "../src/image/config.ts";
import type { Image, Layer } from "../src/image/image.ts";
import type { OfferedImage } from "../src/transports/transport.ts";
import type { PlanStep, Prediction } from "../src/rewrite/plan/plan.ts";

export type ShownLayer = Pick<Layer, "index" | "digest" | "diffId" | "mediaType" | "storedBytes" | "createdBy" | "created">;

/** An image as the UI gets it: plain data, with the secrets in its texts masked. */
export interface ShownImage extends Pick<
  Image,
  "reference" | "transport" | "manifestDigest" | "configDigest" | "annotations" | "platform" | "tags" | "warnings"
> {
  readonly config: Omit<ImageConfig, "json">;
  readonly layers: readonly ShownLayer[];
}

export interface ShownAnalysis extends Omit<Analysis, "image" | "tree"> {
  readonly tree: FileTree;
  /** The waste, grouped by directory, cause and pair of layers. */
  readonly wasteGroups: readonly WasteGroup[];
  /** Secrets are searched in files too, not only in the config. */
  readonly searchesFiles: boolean;
}

export interface SessionListener {
  /** The name leads to several platforms or images. Called before one of them is opened, or none can be. */
  onOffered(offered: readonly OfferedImage[]): void;
  /** Manifest and config are known. */
  onImage(image: ShownImage): void;
  /** How many of a layer's stored bytes have been read; `layer` is null while the image itself is fetched. */
  onProgress(progress: {
    readonly layer: number | null;
    readonly what: string;
    readonly bytes: number;
    readonly totalBytes: number | null;
  }): void;
  /** A layer has been read. Layers may finish in any order. */
  onLayer(layer: number, found: { readonly bytes: number; readonly entries: number }): void;
  /** The tree now holds the layers below index `merged`. It is always the same object, which grows. */
  onTree(tree: FileTree, merged: number): void;
  /** The figures: first without secrets and duplicates, then finally with everything. Both refer to the same tree. */
  onAnalysis(analysis: ShownAnalysis, state: { readonly final: boolean }): void;
  /** The image could not be read. Everything already shown stays. */
  onError(error: unknown): void;
}

export interface PlanResult {
  /** Where the image was written, as the person typed it. */
  readonly destination: string;
  readonly before: { readonly layers: number; readonly bytes: number; readonly compressedBytes: number | null };
  readonly after: { readonly layers: number; readonly bytes: number; readonly compressedBytes: number | null };
  /** What was verified, in sentences. */
  readonly verified: readonly string[];
  readonly warnings: readonly string[];
}

export type PlanKind = "optimize" | "squash";

/** A step with as many of its paths and groups as anyone would read, and the total counts. */
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
  /** The suggested destination. */
  readonly destination: string;
}

export interface Session {
  /** The image's name as the person typed it. */
  readonly name: string;
  /** Starts loading. Called once, after the first frame is on the screen. */
  start(listener: SessionListener): void;
  /** Up to `maxBytes` of a file's content. @throws {BallastError} blob-missing, read-failed */
  read(inode: Inode, maxBytes: number): Promise<Buffer>;
  /** Writes a file, or a directory with all that is visible in it at layer `layer`, into `directory`. Returns what was written. */
  extract(
    node: FileNode,
    layer: number,
    directory: string,
  ): Promise<{ readonly path: string; readonly files: number; readonly skipped: number }>;
  /** Makes a plan, to which the later calls refer. @throws {BallastError} if no plan can be made */
  plan(kind: PlanKind): Promise<ShownPlan>;
  /** The plan with one step turned on or off. */
  turnStep(step: string, enabled: boolean): Promise<ShownPlan>;
  /**
   * Carries out the plan.
   * @param force overwrite what exists
   * @throws {BallastError} if the image cannot be written; nothing is left behind then
   */
  runPlan(
    destination: string,
    force: boolean,
    onProgress: (what: string, ratio: number | null) => void,
    signal: AbortSignal,
  ): Promise<PlanResult>;
  /** Stops what is still running and releases files. Safe to call twice. */
  close(): Promise<void>;
}
