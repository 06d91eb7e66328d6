/** Matches with their place in a file, and which of several at one place counts. */
import type { RuleMatch } from "../match-rule.ts";

export interface Located {
  readonly match: RuleMatch;
  line: number | null;
  /** In the file. */
  readonly offset: number;
  /** The line it stands in, as far as it is near; null in binary files. */
  readonly context: string | null;
}

/** One match for each place: the most telling rule has it, then the longer secret. Each of a person's own rules has its say, as in gitleaks. */
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

/** A secret known by its own form tells more than one known by its name, and that more than `key = value`. */
function rankOf(match: RuleMatch): number {
  const kinds = { token: 3, named: 2 } as const;
  return match.rule.id === "key-value" ? 0 : kinds[match.rule.kind];
}

/** Spans that do not overlap. Hits of one file are few (`maxHits`), so a list does. */
class IntervalSet {
  readonly #spans: { start: number; end: number }[] = [];

  /** Adds the span unless it overlaps one that is there. */
  take(start: number, end: number): boolean {
    if (this.#spans.some((span) => start < span.end && end > span.start)) return false;
    this.#spans.push({ start, end });
    return true;
  }
}
