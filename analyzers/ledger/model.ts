/** The ledger of a survey. */
import type { BaseFamily } from "./families.ts";
import type { HeldImage, StoredBlob } from "./holding.ts";
import type { StaleBase } from "./stale-bases.ts";

/** Bytes of the blobs that something holds: `bytes` is the sum of the other two. */
export interface Share {
  readonly bytes: number;
  /** Of blobs that nothing else holds: what deleting it would free. */
  readonly exclusiveBytes: number;
  readonly sharedBytes: number;
}

export interface ImageShare extends Share {
  readonly image: HeldImage;
  /** Every `repository:tag` that names it. */
  readonly names: readonly string[];
}

export interface TagShare extends Share {
  readonly repository: string;
  readonly tag: string | null;
  readonly images: number;
}

export interface RepositoryShare extends Share {
  readonly repository: string;
  readonly tags: number;
  readonly images: number;
}

/** Everything whose repository's name begins with `prefix`, which ends with a slash. */
export interface PrefixShare extends Share {
  readonly prefix: string;
  readonly repositories: number;
}

export interface LayerUse extends StoredBlob {
  /** Images that have it. */
  readonly images: number;
}

export interface Ledger {
  readonly totals: {
    readonly repositories: number;
    readonly tags: number;
    readonly images: number;
    readonly layers: number;
    readonly blobs: number;
    /** Each blob once. */
    readonly storedBytes: number;
    /** Each blob as many times as images have it, and once if none has: what would be stored without sharing. */
    readonly referencedBytes: number;
  };
  /** All lists: largest exclusive bytes first. */
  readonly images: readonly ImageShare[];
  readonly tags: readonly TagShare[];
  readonly repositories: readonly RepositoryShare[];
  readonly prefixes: readonly PrefixShare[];
  /** Fewest images first. */
  readonly layersByUse: readonly { readonly images: number; readonly layers: number; readonly bytes: number }[];
  /** Layers of at least two images, those that save most first. */
  readonly sharedLayers: readonly LayerUse[];
  readonly families: readonly BaseFamily[];
  readonly staleBases: readonly StaleBase[];
  /** The names of each image that has several. */
  readonly identical: readonly { readonly configDigest: string; readonly platform: string; readonly names: readonly string[] }[];
}
