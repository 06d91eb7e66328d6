/** What a survey reads: tags of repositories, images of engines, archives and layouts. */
import type { Holding } from "../../../analyzers/ledger/holding.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";

export interface Place {
  /** To print; `openImage` accepts it. */
  readonly name: string;
  readonly repository: string;
  /** Null when only reading it tells. */
  readonly tag: string | null;
  /** Reads manifests and configs, no layer. @throws {BallastError} when nothing of it can be read */
  read(): Promise<Reading>;
}

export interface Reading {
  readonly holdings: readonly Holding[];
  /** For the images of the holdings, by their `id`. */
  readonly openers: ReadonlyMap<string, ImageOpener>;
  readonly unreadable: readonly Unreadable[];
  /** Charts, signatures and the like: stored like images, but not images. */
  readonly artifacts: number;
}

/** Reopens an image that the first pass has seen. */
export interface ImageOpener {
  /** @throws {BallastError} */
  open(): Promise<Image>;
  /** Where other machines can find it; null for what is only on this one. */
  readonly address: RegistryAddress | null;
}

export interface RegistryAddress {
  readonly registry: string;
  readonly repository: string;
  /** Of the manifest. */
  readonly digest: Digest;
}
