/** From the sources of a survey to its report: the ledger first, then each layer once, then each image from its layers. */
import { holdingName } from "../../../analyzers/ledger/holding.ts";
import type { HeldImage, Holding } from "../../../analyzers/ledger/holding.ts";
import { makeLedger } from "../../../analyzers/ledger/ledger.ts";
import type { Ledger } from "../../../analyzers/ledger/ledger.ts";
import type { Analysis } from "../../../analyzers/analysis.ts";
import type { SecretFinding } from "../../../analyzers/secrets/findings/secret-finding.ts";
import { figuresOf } from "../../../analyzers/survey/image-figures.ts";
import type { ImageFigures } from "../../../analyzers/survey/image-figures.ts";
import { SecretGroups } from "../../../analyzers/survey/secret-groups.ts";
import type { Survey, SurveyedImage, Verdict } from "../../../analyzers/survey/survey.ts";
import { BallastError } from "../../base/errors.ts";
import { eachOf, limiter } from "../../base/limit.ts";
import { evaluateGate, withoutAllowed } from "../../gate/evaluate.ts";
import type { GateResult } from "../../gate/verdict.ts";
import type { Settings } from "../../config/settings.ts";
import type { Image } from "../../image/image.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { Place } from "../../transports/survey/place.ts";
import { analyzeImage } from "../analyze-image.ts";
import type { SecretOptions } from "../analyze-image.ts";
import { readPlaces } from "./read-places.ts";
import { LayerScans } from "./scan-layers.ts";
import { selectByDate } from "./select.ts";
import type { DateFilter, NameFilter } from "./select.ts";

export interface SurveyOptions {
  readonly names: NameFilter;
  readonly dates: DateFilter;
  /** Manifests, configs or images that are read at once. */
  readonly most: number;
  /** The second pass; null ends after the first. */
  readonly analysis: SurveyAnalysis | null;
  readonly hooks: SurveyHooks;
  readonly signal: AbortSignal;
}

export interface SurveyAnalysis {
  readonly scanner: Scanner;
  readonly secrets: SecretOptions;
  readonly duplicates: boolean;
  /** Null judges nothing. */
  readonly settings: Settings | null;
  /** Milliseconds since 1970, for allowances that expire. */
  readonly now: number;
  /** Takes each image's analysis, one after the other. */
  readonly onImage?: (name: string, analysis: Analysis, gate: GateResult | null) => Promise<void>;
}

export interface SurveyHooks {
  /** So many tags, archives… were read in the first pass. */
  onRead(places: number): void;
  /** The second pass begins. */
  onLayers(layers: number, bytes: number, images: number): void;
  onBytes(bytes: number): void;
  onLayer(): void;
  onImage(): void;
}

/** Images that are held open at once, so that no worker waits while one is being analysed. */
const openImages = 4;

/** @throws {BallastError} when a source cannot be listed, or has nothing to survey */
export async function surveyPlaces(places: AsyncIterable<Place>, options: SurveyOptions): Promise<Survey> {
  const { names, dates, most, analysis, hooks, signal } = options;
  const read = await readPlaces(stoppable(places, signal), names, most, (count) => hooks.onRead(count));
  // What broke off because it was told to is not unreadable.
  signal.throwIfAborted();
  if (read.holdings.length === 0 && read.unreadable.length === 0) {
    const left = read.leftOut === 0 ? "" : ` but the ${plural(read.leftOut, "tag")} that --include and --exclude leave out`;
    throw new BallastError("image-not-found", `the sources have no image${left}`, {
      hint: "check the names; archives are known by endings like .tar",
    });
  }
  const ledger = makeLedger(read.holdings);
  const images = rowsOf(ledger, read.holdings, selectByDate(read.holdings, dates));
  const results = new Map<HeldImage, Pick<SurveyedImage, "figures" | "verdict" | "unreadable">>();
  const secrets = analysis === null || analysis.secrets.mode === "off" ? null : new SecretGroups();
  const unreadable = [...read.unreadable];
  if (analysis !== null) {
    const wanted = images.filter(({ selected }) => selected);
    announce(wanted, hooks);
    const scans = new LayerScans(analysis.scanner, { onBytes: (bytes) => hooks.onBytes(bytes), onLayer: () => hooks.onLayer() });
    const oneByOne = limiter(1);
    const inOrder = new InOrder();
    await eachOf(stoppable(wanted.entries(), signal), openImages, async ([place, row]) => {
      const outcome = await withImage(read.open.get(row.held.id)!, scans, (image) => oneByOne(() => analyse(image, row.name, analysis)));
      hooks.onImage();
      inOrder.add(place, () => {
        if ("reason" in outcome) {
          unreadable.push({ name: row.name, reason: outcome.reason });
          results.set(row.held, { figures: null, verdict: null, unreadable: outcome.reason });
          return;
        }
        results.set(row.held, { figures: outcome.figures, verdict: outcome.verdict, unreadable: null });
        const digests = row.held.layers.map(({ digest }) => digest);
        secrets?.add(row.name, outcome.secrets, digests);
      });
    });
    signal.throwIfAborted();
  }
  return {
    ledger,
    images: images.map((row) => ({ ...row, ...(results.get(row.held) ?? { figures: null, verdict: null, unreadable: null }) })),
    secrets: secrets?.list() ?? null,
    unreadable: unreadable.sort((a, b) => compare(a.name, b.name)),
    artifacts: read.artifacts,
    leftOut: read.leftOut,
    analysed: analysis !== null,
  };
}

/** @throws the signal's reason, before the next item */
async function* stoppable<T>(items: AsyncIterable<T> | Iterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const item of items) {
    signal.throwIfAborted();
    yield item;
  }
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
    .sort((a, b) => compare(a.name, b.name) || compare(a.held.id, b.held.id));
}

function announce(images: readonly Row[], hooks: SurveyHooks): void {
  const layers = new Map(images.flatMap(({ held }) => held.layers.map(({ digest, bytes }) => [digest, bytes] as const)));
  hooks.onLayers(
    layers.size,
    [...layers.values()].reduce((sum, bytes) => sum + bytes, 0),
    images.length,
  );
}

type Outcome =
  | { readonly figures: ImageFigures; readonly verdict: Verdict | null; readonly secrets: readonly SecretFinding[] }
  | { readonly reason: string };

async function withImage(open: () => Promise<Image>, scans: LayerScans, use: (image: Image) => Promise<Outcome>): Promise<Outcome> {
  try {
    const image = await open();
    try {
      const reasons = await Promise.all(image.layers.map((layer) => scans.scan(layer)));
      const reason = reasons.find((found) => found !== null);
      return reason === undefined ? await use(image) : { reason };
    } finally {
      await image.close();
    }
  } catch (error) {
    if (error instanceof BallastError) return { reason: error.message };
    throw error;
  }
}

/** What is kept of an image holds none of its tree. */
async function analyse(image: Image, name: string, options: SurveyAnalysis): Promise<Outcome> {
  const { scanner, secrets, duplicates, settings, now, onImage } = options;
  const analysis = await analyzeImage(image, { scanner, secrets, duplicates });
  await scanner.flush();
  const secretsScan = secrets.mode === "config" ? "config" : "full";
  const gate = settings === null ? null : evaluateGate({ analysis, settings, baseline: null, secretsScan, now });
  const shown = settings === null ? analysis : withoutAllowed(analysis, settings.secretsAllow, now).analysis;
  await onImage?.(name, shown, gate);
  return { figures: figuresOf(shown), verdict: gate === null ? null : verdictOf(gate), secrets: shown.secrets ?? [] };
}

function verdictOf({ status, sentence, rules }: GateResult): Verdict {
  const broken = rules.filter((rule) => rule.status !== "pass" && rule.status !== "ignored");
  return { status, sentence, broken: broken.map((rule) => ({ rule: rule.rule, status: rule.status, reason: rule.reason })) };
}

/** Results that come in any order and are entered in theirs: the report does not depend on what was quicker. */
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
