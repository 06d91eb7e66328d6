/** The second pass as the survey sees it: images go in, outcomes come back. Where the work is done is up to the pass. */
import type { HeldImage } from "../../../analyzers/ledger/holding.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import type { ImageFigures } from "../../../analyzers/survey/image-figures.ts";
import type { Verdict } from "../../../analyzers/survey/survey.ts";
import type { ImageOpener } from "../../transports/survey/place.ts";

export interface WantedImage {
  /** As the report names it. */
  readonly name: string;
  readonly held: HeldImage;
  readonly opener: ImageOpener;
}

/** What is kept of one image's analysis: plain data without the tree, which can be sent between processes and machines. */
export type Outcome =
  | {
      readonly figures: ImageFigures;
      readonly verdict: Verdict | null;
      readonly secrets: readonly SecretFinding[];
      /** The image's own report; null where none was asked for. */
      readonly report: string | null;
    }
  /** Why it could not be analysed. */
  | { readonly reason: string };

export interface PassHooks {
  onBytes(bytes: number): void;
  onLayer(): void;
}

export interface SecondPass {
  readonly looksForSecrets: boolean;
  /**
   * Analyses every image and passes each outcome to `enter` once, with the image's index in the list, in any order.
   * @throws {BallastError} what keeps the pass from going on; the signal's reason
   */
  run(images: readonly WantedImage[], enter: EnterOutcome, hooks: PassHooks, signal: AbortSignal): Promise<void>;
}

export type EnterOutcome = (place: number, outcome: Outcome) => Promise<void>;
