/** Which tags of a survey are analysed. The ledger counts all of them. */
import { BallastError } from "../../base/errors.ts";
import { parseDay, parseTime } from "../../base/text/date-time.ts";
import { parseDuration } from "../../base/text/duration.ts";
import { parseGlob } from "../../base/text/glob.ts";
import type { Glob } from "../../base/text/glob.ts";
import type { Holding } from "../../../analyzers/ledger/holding.ts";
import { holdingName } from "../../../analyzers/ledger/holding.ts";

/** By name, before anything is read. */
export interface NameFilter {
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
}

/** By date, once configs are read. */
export interface DateFilter {
  /** How many tags of each repository, newest first; null for all. */
  readonly latest: number | null;
  /** Milliseconds since 1970; null for any age. */
  readonly newerThan: number | null;
}

/** @throws {BallastError} bad-argument naming the character at fault */
export function nameFilter(include: readonly string[], exclude: readonly string[]): NameFilter {
  return { include: include.map(parseGlob), exclude: exclude.map(parseGlob) };
}

/** Globs match `repository` or `repository:tag`. */
export function isNamed({ include, exclude }: NameFilter, place: Pick<Holding, "repository" | "tag">): boolean {
  const names = [place.repository, holdingName(place)].map((name) => name.replace(/^\/+/, ""));
  const fits = (globs: readonly Glob[]): boolean => globs.some((glob) => names.some((name) => glob.matches(name)));
  return (include.length === 0 || fits(include)) && !fits(exclude);
}

/** The holdings that pass; a tag of several platforms is as old as the newest of them. */
export function selectByDate(holdings: readonly Holding[], { latest, newerThan }: DateFilter): ReadonlySet<Holding> {
  const dated = holdings.map((holding) => ({ holding, created: createdOf(holding) }));
  const young = newerThan === null ? dated : dated.filter(({ created }) => created >= newerThan);
  if (latest === null) return new Set(young.map(({ holding }) => holding));
  const byRepository = new Map<string, typeof young>();
  for (const row of young) {
    const rows = byRepository.get(row.holding.repository);
    if (rows === undefined) byRepository.set(row.holding.repository, [row]);
    else rows.push(row);
  }
  const kept = [...byRepository.values()].flatMap((rows) =>
    rows.toSorted((a, b) => b.created - a.created || (holdingName(a.holding) < holdingName(b.holding) ? 1 : -1)).slice(0, latest),
  );
  return new Set(kept.map(({ holding }) => holding));
}

/** An image that does not state its age counts as older than all others. */
function createdOf({ images }: Holding): number {
  const dates = images.map(({ created }) => (created === null ? Number.NaN : Date.parse(created)));
  return Math.max(Number.NEGATIVE_INFINITY, ...dates.filter((date) => !Number.isNaN(date)));
}

/**
 * The moment of a date, or of `30d`, `2w`, `12h` ago, in milliseconds since 1970.
 * @throws {BallastError} bad-argument
 */
export function momentOf(text: string, now: number): number {
  const moment = parseDay(text) ?? parseTime(text);
  if (moment !== null) return moment;
  const duration = /[a-z]/.test(text) ? parseDuration(text) : null;
  if (duration !== null) return now - duration;
  throw new BallastError("bad-argument", `--newer-than is "${text}"; it takes an age or a date`, {
    hint: "write 30d, 2w, 12h or 2026-01-31",
  });
}
