/** Surveys sources: first the ledger of what they hold, then each layer once, then each image from its layers. */
import { holdingName } from "../../../analyzers/ledger/holding.ts";
import type { HeldImage, Holding } from "../../../analyzers/ledger/holding.ts";
import { makeLedger } from "../../../analyzers/ledger/ledger.ts";
import type { Ledger } from "../../../analyzers/ledger/model.ts";
import { SecretGroups } from "../../../analyzers/survey/secret-groups.ts";
import type { Survey, SurveyedImage } from "../../../analyzers/survey/survey.ts";
import { BallastError } from "../../base/errors.ts";
import { compareTexts } from "../../base/text/compare-texts.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { Place } from "../../transports/survey/place.ts";
import { readPlaces } from "./read-places.ts";
import type { ReadPlaces } from "./read-places.ts";
import type { PassHooks, SecondPass } from "./second-pass.ts";
import { selectByDate } from "./select.ts";
import type { DateFilter, NameFilter } from "./select.ts";
import { stoppable } from "./stoppable.ts";

export interface SurveyOptions {
  readonly names: NameFilter;
  readonly dates: DateFilter;
  /** The platform that was asked for; null for all. */
  readonly platform: string | null;
  /** Manifests and configs that are read at once. */
  readonly most: number;
  /** Null ends after the first pass. */
  readonly secondPass: SecondPass | null;
  readonly hooks: SurveyHooks;
  readonly signal: AbortSignal;
  /** Takes the report of each image, where the second pass makes them. */
  readonly onReport?: ((name: string, report: string) => Promise<void>) | undefined;
}

export interface SurveyHooks extends PassHooks {
  /** How many tags, archives… the first pass has read. */
  onRead(places: number): void;
  /** Names that have no image of the platform that is asked for. */
  onWithout(names: readonly string[]): void;
  /** The second pass begins. */
  onLayers(layers: number, bytes: number, images: number): void;
  onImage(): void;
}

/** @throws {BallastError} when a source cannot be listed, or has nothing to survey */
export async function surveyPlaces(places: AsyncIterable<Place>, options: SurveyOptions): Promise<Survey> {
  const { names, dates, platform, most, secondPass, hooks, signal } = options;
  const read = await readPlaces(stoppable(places, signal), names, most, (count) => hooks.onRead(count));
  // An image is not unreadable because the survey was aborted.
  signal.throwIfAborted();
  if (platform !== null && read.without.length > 0) {
    if (nothingOf(read)) throw noneFor(platform);
    hooks.onWithout(read.without);
  }
  if (read.holdings.length === 0 && read.unreadable.length === 0) throw nothingFound(read.leftOut);
  const ledger = makeLedger(read.holdings);
  const images = rowsOf(ledger, read.holdings, selectByDate(read.holdings, dates));
  const secrets = secondPass?.looksForSecrets === true ? new SecretGroups() : null;
  const wanted = images.filter(({ selected }) => selected);
  const { results, failed } =
    secondPass === null ? nothingAnalysed : await runSecondPass(secondPass, wanted, read.openers, secrets, options);
  return {
    ledger,
    images: images.map((row) => ({ ...row, ...(results.get(row.held) ?? { figures: null, verdict: null, unreadable: null }) })),
    secrets: secrets?.list() ?? null,
    unreadable: [...read.unreadable, ...failed].sort((a, b) => compareTexts(a.name, b.name)),
    artifacts: read.artifacts,
    leftOut: read.leftOut,
    analysed: secondPass !== null,
  };
}

type ImageResult = Pick<SurveyedImage, "figures" | "verdict" | "unreadable">;

interface SecondResults {
  readonly results: ReadonlyMap<HeldImage, ImageResult>;
  /** Images that could not be read, in the order of the survey. */
  readonly failed: Survey["unreadable"];
}

const nothingAnalysed: SecondResults = { results: new Map(), failed: [] };

/** Analyses the wanted images, in any order, and reports them in that of the survey, so that every run reports the same. */
async function runSecondPass(
  secondPass: SecondPass,
  wanted: ReturnType<typeof rowsOf>,
  openers: ReadPlaces["openers"],
  secrets: SecretGroups | null,
  { hooks, signal, onReport }: Pick<SurveyOptions, "hooks" | "signal" | "onReport">,
): Promise<SecondResults> {
  const results = new Map<HeldImage, ImageResult>();
  const failed: Survey["unreadable"][number][] = [];
  const inOrder = new InOrder();
  announce(wanted, hooks);
  await secondPass.run(
    wanted.map(({ name, held }) => ({ name, held, opener: openers.get(held.id)! })),
    async (place, outcome) => {
      const { name, held } = wanted[place]!;
      if ("report" in outcome && outcome.report !== null) await onReport?.(name, outcome.report);
      hooks.onImage();
      inOrder.add(place, () => {
        if ("reason" in outcome) {
          failed.push({ name, reason: outcome.reason });
          results.set(held, { figures: null, verdict: null, unreadable: outcome.reason });
          return;
        }
        results.set(held, { figures: outcome.figures, verdict: outcome.verdict, unreadable: null });
        const digests = held.layers.map(({ digest }) => digest);
        secrets?.add(name, outcome.secrets, digests);
      });
    },
    hooks,
    signal,
  );
  signal.throwIfAborted();
  return { results, failed };
}

function nothingOf({ holdings, unreadable, artifacts }: ReadPlaces): boolean {
  return unreadable.length === 0 && artifacts === 0 && holdings.every(({ images }) => images.length === 0);
}

function noneFor(platform: string): BallastError {
  return new BallastError("platform-not-found", `the sources have no image for ${platform}`, {
    hint: "without --platform (or BALLAST_PLATFORM) every platform is surveyed; --manifests-only tells which there are",
  });
}

/** @param leftOut tags that the person's own globs leave out */
function nothingFound(leftOut: number): BallastError {
  if (leftOut === 0) {
    return new BallastError("image-not-found", "the sources have no image", {
      hint: "check the names; archives are known by endings like .tar",
    });
  }
  const message = `the sources have no image but the ${plural(leftOut, "tag")} that --include and --exclude leave out`;
  return new BallastError("image-not-found", message, {
    hint: "--include and --exclude take globs of REPOSITORY or REPOSITORY:TAG: '*:v1', 'team/**'",
  });
}

type Row = Pick<SurveyedImage, "name" | "names" | "held" | "selected">;

function rowsOf(ledger: Ledger, holdings: readonly Holding[], selected: ReadonlySet<Holding>): Row[] {
  const wanted = new Set([...selected].flatMap(({ images }) => images.map(({ id }) => id)));
  const platforms = new Map(holdings.map((holding) => [holdingName(holding), holding.images.length]));
  return ledger.images
    .map(({ image, names }) => {
      const [first] = names;
      const name = (platforms.get(first!) ?? 1) > 1 ? `${first} (${image.platform})` : first!;
      return { name, names, held: image, selected: wanted.has(image.id) };
    })
    .sort((a, b) => compareTexts(a.name, b.name) || compareTexts(a.held.id, b.held.id));
}

function announce(images: readonly Row[], hooks: SurveyHooks): void {
  const layers = new Map(images.flatMap(({ held }) => held.layers.map(({ digest, bytes }) => [digest, bytes] as const)));
  hooks.onLayers(
    layers.size,
    [...layers.values()].reduce((sum, bytes) => sum + bytes, 0),
    images.length,
  );
}

/** Takes results in any order and enters them in the order of the survey, so that the report does not depend on timing. */
class InOrder {
  readonly #waiting = new Map<number, () => void>();
  #next = 0;

  add(place: number, enter: () => void): void {
    this.#waiting.set(place, enter);
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      next();
    }
  }
}
