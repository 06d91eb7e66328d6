/** Matches with their place in a file, and the choice among several at one place. */
import type { RuleMatch } from "../match-rule.ts";

export interface Located {
  readonly match: RuleMatch;
  line: number | null;
  /** In the file. */
  readonly offset: number;
  /** The nearby part of its line; null in binary files. */
  readonly context: string | null;
}

/** One match for each place: that of the most telling rule, then the longest secret. User rules all report their own, as in gitleaks. */
export function bestOfEachPlace(matches: readonly Located[]): Located[] {
  const ranked = matches.toSorted(
    (a, b) => rankOf(b.match) - rankOf(a.match) || b.match.secret.length - a.match.secret.length || a.offset - b.offset,
  );
  const spans = new IntervalSet();
  const ownSpans = new Map<string, IntervalSet>();
  const taken = ranked.filter(({ offset, match }) => {
    const end = offset + match.secret.length;
    const isFree = spans.take(offset, end);
    if (match.rule.kind !== "token" || match.rule.userAllow === undefined) return isFree;
    const own = ownSpans.get(match.rule.id) ?? new IntervalSet();
    ownSpans.set(match.rule.id, own);
    return own.take(offset, end);
  });
  return taken.sort((a, b) => a.offset - b.offset);
}

/** A secret recognised by its own form outranks one recognised by its name, and that outranks `key = value`. */
function rankOf(match: RuleMatch): number {
  const kinds = { token: 3, named: 2 } as const;
  return match.rule.id === "key-value" ? 0 : kinds[match.rule.kind];
}

/** Spans that do not overlap. A file has few hits (`maxHits`), so a list is enough. */
class IntervalSet {
  readonly #spans: { start: number; end: number }[] = [];

  /** Adds the span unless it overlaps an existing one. */
  take(start: number, end: number): boolean {
    if (this.#spans.some((span) => start < span.end && end > span.start)) return false;
    this.#spans.push({ start, end });
    return true;
  }
}
