/**
 * Everything that Ballast knows about one image, in no particular format: reports, the gate and the TUI read this.
 */
import type { FileTree } from "../src/filesystem/file-tree.ts";
import type { ImageConfig } from "../src/image/config.ts";
import type { Digest } from "../src/image/digest.ts";
import type { Image } from "../src/image/image.ts";
import type { Warning } from "../src/image/warning.ts";
import type { DockerfileFacts } from "./dockerfile/located.ts";
import type { PackageAnalysis } from "./packages/model.ts";
import type { Accounts } from "./run-user.ts";
import type { SecretFinding } from "./secrets/findings/secret-finding.ts";

export interface Analysis {
  readonly image: Image;
  readonly tree: FileTree;
  readonly layers: readonly LayerFigures[];
  readonly totals: Totals;
  readonly base: BaseImage;
  readonly efficiency: Efficiency;
  /** Largest first. Its bytes sum up to `totals.totalBytes - totals.finalBytes` exactly. */
  readonly waste: readonly Waste[];
  /** Most reclaimable bytes first. */
  readonly duplicates: readonly Duplicate[];
  readonly leftovers: readonly Leftover[];
  /** What every byte is for, and what nothing needs. */
  readonly packages: PackageAnalysis;
  /** The users in `/etc/passwd`. */
  readonly accounts: Accounts;
  /** Null when secrets were not looked for at all. */
  readonly secrets: readonly SecretFinding[] | null;
  /** What was asked for. A rule about anything else cannot be judged. */
  readonly scope: Scope;
  /** What kept the scan from being complete; empty when everything that was asked for was read completely. */
  readonly incomplete: readonly { readonly what: string; readonly reason: string; readonly layer?: number; readonly path?: string }[];
  /** False under --no-verify, or where a digest could not be checked. */
  readonly verified: boolean;
  readonly warnings: readonly Warning[];
  /** Set when the Dockerfile that the image was built from was named. */
  readonly dockerfile?: DockerfileFacts;
  /** What the image says about itself, fit to be shown. */
  readonly shown: ShownConfig;
}

/** What an analysis looks for beside the tree and its waste. */
export interface Scope {
  /** Nowhere, in config and history, or in the content of files too. */
  readonly secrets: "off" | "config" | "full";
  /** Equal files at different paths. */
  readonly duplicates: boolean;
}

/** Config and annotations with the secrets in every text masked. */
export interface ShownConfig {
  readonly config: Omit<ImageConfig, "json">;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is worked out from the merged tree: plain data, determined by the layers and the commands that made them. */
export interface TreeFigures {
  /** As in the tree. */
  readonly liveCount: number;
  readonly layerBytes: readonly number[];
  readonly warnings: readonly Warning[];
  /** Content bytes of the final tree, each inode once. */
  readonly finalBytes: number;
  /** The rest as in `Analysis`. */
  readonly waste: readonly Waste[];
  readonly duplicates: readonly Duplicate[];
  readonly leftovers: readonly Leftover[];
  readonly packages: PackageAnalysis;
  readonly accounts: Accounts;
  /** Layers of which only the names of files are known. */
  readonly unknownLayers: readonly number[];
}

/** What an image's config and history say, with the secrets in every text masked. */
export interface ShownTexts {
  /** The layers' commands, bottom first; "" where history does not say. */
  readonly createdBy: readonly string[];
  readonly shown: ShownConfig;
}

export interface LayerFigures {
  readonly index: number;
  /** Digest of the blob as stored; the diff ID where the transport has no other. */
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly mediaType: string;
  readonly compressedBytes: number | null;
  /** Content bytes of the regular files this layer stores. */
  readonly bytes: number;
  readonly entries: number;
  /** The command that made it, secrets redacted; "" when history does not say. */
  readonly createdBy: string;
  readonly created: string | null;
  /** Bytes this layer stores that no final path shows. */
  readonly wastedBytes: number;
}

export interface Totals {
  /** Content bytes that all layers store. */
  readonly totalBytes: number;
  /** Content bytes of the final tree, each inode once. */
  readonly finalBytes: number;
  /** What a registry stores and a pull transfers; null when the source holds layers uncompressed. */
  readonly compressedBytes: number | null;
  readonly wastedBytes: number;
}

export interface BaseImage {
  /** Number of layers, from the bottom, that belong to the base; 0 when none is known. */
  readonly layers: number;
  readonly from: "flag" | "annotation" | "guess" | "none";
  readonly reference: string | null;
}

export interface Efficiency {
  /** finalBytes ÷ totalBytes; 1 for an image without content. */
  readonly score: number;
  readonly user: { readonly bytes: number; readonly wastedBytes: number; readonly wastedRatio: number | null };
  /** dive's five figures by dive's own formulas. */
  readonly dive: DiveFigures;
}

export interface DiveFigures extends DiveTotals {
  /** Paths stored more than once, dive's `fileReference` rows, most bytes first. */
  readonly inefficiencies: readonly { readonly path: string; readonly count: number; readonly bytes: number }[];
}

export interface DiveTotals {
  readonly efficiency: number;
  readonly sizeBytes: number;
  readonly userSizeBytes: number;
  readonly wastedBytes: number;
  /** wastedBytes ÷ userSizeBytes; null where dive gets 0 ÷ 0. */
  readonly wastedUserPercent: number | null;
}

export type WasteCause = "overwritten" | "removed" | "metadata" | "identical";

export interface Waste {
  /** Absolute, ready to print after sanitising. */
  readonly path: string;
  readonly bytes: number;
  readonly cause: WasteCause;
  /** Layer that stored the bytes. */
  readonly layer: number;
  /** Layer that made them useless. */
  readonly supersededBy: number;
}

export interface Duplicate {
  /** Bytes of one copy. */
  readonly bytes: number;
  readonly digest: Digest;
  readonly paths: readonly string[];
}

/** A package cache or other leftover that matches a rule. */
export interface Leftover {
  /** Rule id, for example `apt-lists`. */
  readonly rule: string;
  readonly title: string;
  readonly category: "caches" | "stores" | "docs" | "man" | "locales" | "pyc" | "vcs" | "logs" | "temp";
  readonly layer: number;
  /** That layer's command, redacted. */
  readonly createdBy: string;
  /** Bytes of the files that are still in the final tree; what deleting them in the same layer would save. */
  readonly bytes: number;
  readonly files: number;
  /** The directories or files it was found at, at most a few. */
  readonly paths: readonly string[];
  /** One sentence that fits this command and states the bytes it would save in this image. */
  readonly advice: string;
}
