/** What a survey found, before any format is chosen. */
import type { HeldImage } from "../ledger/holding.ts";
import type { Ledger } from "../ledger/model.ts";
import type { ImageFigures } from "./image-figures.ts";
import type { SecretGroup } from "./secret-groups.ts";

export interface Survey {
  readonly ledger: Ledger;
  /** In order of their names. */
  readonly images: readonly SurveyedImage[];
  /** Null when secrets were not looked for. */
  readonly secrets: readonly SecretGroup[] | null;
  /** What could not be read: tags, archives, images. */
  readonly unreadable: readonly Unreadable[];
  /** Charts, signatures and the like: counted as stored, but no images. */
  readonly artifacts: number;
  /** Tags that filters by name left out: the ledger does not know of them. */
  readonly leftOut: number;
  /** Layers were read, not manifests and configs alone. */
  readonly analysed: boolean;
}

export interface SurveyedImage {
  /** The first of its names; with the platform where the tag holds several. */
  readonly name: string;
  readonly names: readonly string[];
  readonly held: HeldImage;
  /** Null where it was not analysed. */
  readonly figures: ImageFigures | null;
  /** Null where it was not judged. */
  readonly verdict: Verdict | null;
  /** Why it could not be analysed; null when it was, or was not meant to be. */
  readonly unreadable: string | null;
  /** False when filters by date left it out. */
  readonly selected: boolean;
}

export interface Verdict {
  readonly status: "pass" | "warn" | "fail";
  readonly sentence: string;
  /** Rules that do not pass. */
  readonly broken: readonly { readonly rule: string; readonly status: string; readonly reason: string }[];
}

/** Something that could not be read, and why. */
export interface Unreadable {
  readonly name: string;
  readonly reason: string;
}
