/** Everything that differs between two images, or between two layers of one. */
import type { ConfigChange } from "./config-diff.ts";
import type { LayerDiff } from "./layer-diff.ts";
import type { LineDiff } from "./line-diff.ts";
import type { PackageChange } from "./packages.ts";
import type { TreeDiff } from "./tree-diff.ts";

export interface DiffSide {
  /** The image's name, with the layer up to which it is compared if that is not the last. */
  readonly name: string;
  readonly configDigest: string;
  readonly platform: string;
}

export interface HistoryChange {
  readonly change: "added" | "removed";
  /** Redacted. */
  readonly text: string;
}

/** A file's lines compared; `patch` is a unified diff. */
export interface TextChange {
  readonly path: string;
  readonly patch: string | null;
  /** Why there is no patch: binary, or too large. */
  readonly reason: string | null;
}

export interface ImageDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly files: TreeDiff;
  /** Null when one image is compared at two of its layers. */
  readonly layers: LayerDiff | null;
  /** Set where a person named the Dockerfile. */
  readonly lines?: LineDiff;
  readonly config: readonly ConfigChange[];
  readonly history: readonly HistoryChange[];
  readonly packages: readonly PackageChange[];
  readonly texts: readonly TextChange[];
  readonly warnings: readonly string[];
}

/** Whether the two would behave differently: files beyond their times, or config. */
export function differs({ files, config }: ImageDiff): boolean {
  return files.changes.length > 0 || config.length > 0;
}
