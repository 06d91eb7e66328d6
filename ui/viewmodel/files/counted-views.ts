/** Counts of what views show. They are kept for recent views, so that going back and forth is free. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { Visibility } from "./visibility.ts";
import type { Matches, VisibilityOptions } from "./visibility.ts";

const keptViews = 8;

export class CountedViews {
  /** All for the current tree and filter. */
  readonly #kept = new Map<string, Visibility>();
  /** For the filter that is about to be set. */
  #ahead: { readonly matches: Matches | null; readonly key: string; readonly visibility: Visibility } | null = null;

  /** Drops all counts. */
  clear(): void {
    this.#ahead = null;
    this.#kept.clear();
  }

  of(options: VisibilityOptions): Visibility {
    const key = keyOf(options);
    let visibility = this.#kept.get(key);
    if (visibility === undefined) {
      visibility = new Visibility(options);
      if (this.#kept.size >= keptViews) this.#kept.clear();
      this.#kept.set(key, visibility);
    }
    return visibility;
  }

  /** Counts, in slices, what a filter will show that is not set yet. */
  *countSteps(root: FileNode, options: VisibilityOptions): Generator<undefined, void, undefined> {
    const visibility = new Visibility(options);
    yield* visibility.countSteps(root);
    this.#ahead = { matches: options.matches, key: keyOf(options), visibility };
  }

  /** Sets the filter of all views from now on. */
  setMatches(matches: Matches | null): void {
    const ahead = this.#ahead;
    this.clear();
    if (ahead !== null && ahead.matches === matches) this.#kept.set(ahead.key, ahead.visibility);
  }
}

/** What the counts of a view depend on besides tree and filter. */
function keyOf({ view, leastBytes, hidden }: VisibilityOptions): string {
  return [view.base, view.top, leastBytes, ...hidden].join();
}
