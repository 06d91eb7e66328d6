/** What a survey goes through: tags of repositories, images of engines, archives and layouts. */
import type { Holding } from "../../../analyzers/ledger/holding.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { Image } from "../../image/image.ts";

export interface Place {
  /** To print; what `openImage` takes. */
  readonly name: string;
  readonly repository: string;
  /** Null where only reading it tells. */
  readonly tag: string | null;
  /** Reads manifests and configs, no layer. @throws {BallastError} when nothing of it can be read */
  read(): Promise<Reading>;
}

export interface Reading {
  readonly holdings: readonly Holding[];
  /** Opens the images of the holdings again, by their `id`. @throws {BallastError} */
  readonly open: ReadonlyMap<string, () => Promise<Image>>;
  readonly unreadable: readonly Unreadable[];
  /** Charts, signatures and the like: stored like images, but none. */
  readonly artifacts: number;
}
