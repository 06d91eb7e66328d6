/** What the ledger of a survey says. */
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
  /** Every `repository:tag` it stands under. */
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
    /** Each blob as often as images have it, and once where none has: what there would be without sharing. */
    readonly referencedBytes: number;
  };
  /** All lists: largest exclusive bytes first. */
  readonly images: readonly ImageShare[];
  readonly tags: readonly TagShare[];
  readonly repositories: readonly RepositoryShare[];
  readonly prefixes: readonly PrefixShare[];
  /** Fewest images first. */
  readonly layersByUse: readonly { readonly images: number; readonly layers: number; readonly bytes: number }[];
  /** Layers of at least two images, those first that save most. */
  readonly sharedLayers: readonly LayerUse[];
  readonly families: readonly BaseFamily[];
  readonly staleBases: readonly StaleBase[];
  /** Names under which the same image stands, where they are several. */
  readonly identical: readonly { readonly configDigest: string; readonly platform: string; readonly names: readonly string[] }[];
}
