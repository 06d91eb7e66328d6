/** The first pass: manifests and configs of everything that the sources lead to. */
import type { Holding } from "../../../analyzers/ledger/holding.ts";
import { BallastError } from "../../base/errors.ts";
import { eachOf } from "../../base/limit.ts";
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { ImageOpener, Place } from "../../transports/survey/place.ts";
import { isNamed } from "./select.ts";
import type { NameFilter } from "./select.ts";

export interface ReadPlaces {
  readonly holdings: readonly Holding[];
  /** By the image's `id`. */
  readonly openers: ReadonlyMap<string, ImageOpener>;
  readonly unreadable: readonly Unreadable[];
  readonly artifacts: number;
  /** Tags that the filters by name left out, unread. */
  readonly leftOut: number;
  /** Names that were read but have no image for the platform that was asked for. */
  readonly without: readonly string[];
}

/** @param most the places that are read at once, at most. @throws {BallastError} when a source cannot be listed */
export async function readPlaces(
  places: AsyncIterable<Place>,
  filter: NameFilter,
  most: number,
  onRead: (read: number) => void,
): Promise<ReadPlaces> {
  const holdings: Holding[] = [];
  const openers = new Map<string, ImageOpener>();
  const unreadable: Unreadable[] = [];
  const seen = new Set<string>();
  const without: string[] = [];
  let [artifacts, leftOut, read] = [0, 0, 0];
  await eachOf(places, most, async (place) => {
    // A source may be within another one.
    if (seen.has(place.name)) return;
    seen.add(place.name);
    if (place.tag !== null && !isNamed(filter, place)) {
      leftOut += 1;
      return;
    }
    try {
      const reading = await place.read();
      for (const holding of reading.holdings) {
        if (isNamed(filter, holding)) holdings.push(holding);
        else leftOut += 1;
      }
      for (const [id, opener] of reading.openers) if (!openers.has(id)) openers.set(id, opener);
      unreadable.push(...reading.unreadable);
      artifacts += reading.artifacts;
      const isBare = reading.holdings.every(({ images }) => images.length === 0);
      if (isBare && reading.artifacts === 0 && reading.unreadable.length === 0) without.push(place.name);
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      unreadable.push({ name: place.name.replace(/^docker:\/\//, ""), reason: error.message });
    }
    read += 1;
    onRead(read);
  });
  unreadable.sort((a, b) => compareTexts(a.name, b.name));
  return { holdings, openers, unreadable, artifacts, leftOut, without: without.sort(compareTexts) };
}
