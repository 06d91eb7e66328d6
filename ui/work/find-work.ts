/** Searches paths: what `/` finds in the tree, and what a filter leaves of it. */
import { toMatch } from "../keys/intents/go-to.ts";
import type { Scheduler } from "./scheduler.ts";
import { noSearch } from "../state.ts";
import type { AppState } from "../state.ts";
import { findSteps, matchSteps } from "../viewmodel/files/path-search.ts";
import { compilePattern } from "../viewmodel/pattern.ts";
import type { PatternMode } from "../viewmodel/pattern.ts";

export class FindWork {
  readonly #state: AppState;
  readonly #scheduler: Scheduler;
  readonly #paint: () => void;

  constructor(state: AppState, scheduler: Scheduler, paint: () => void) {
    this.#state = state;
    this.#scheduler = scheduler;
    this.#paint = paint;
  }

  search(query: string): void {
    const state = this.#state;
    const scheduler = this.#scheduler;
    const { tree, rows } = state.files;
    const test = query === "" ? null : compilePattern(query, "substring").test;
    if (tree === null || rows === null || test === null) {
      scheduler.cancel("search");
      state.search = query === "" ? noSearch : { ...noSearch, query };
      return;
    }
    const isNew = query !== state.search.query;
    state.search = { ...state.search, query, isRunning: true };
    const steps = (function* () {
      const matches = yield* matchSteps(tree.root, test);
      return { matches, found: yield* findSteps(tree.root, rows, matches) };
    })();
    scheduler.run("search", steps, ({ matches, found }) => {
      // Esc has cleared the search in the meantime.
      if (state.search.query !== query) return;
      const hits = new Set(found);
      const other = firstBeside(matches.nodes, hits);
      state.search = { query, found, hits, others: matches.nodes.size - found.length, other, isRunning: false };
      if (isNew && found.length > 0 && (state.files.selected === null || !state.search.hits.has(state.files.selected))) toMatch(state, 1);
      this.#paint();
    });
  }

  filter(text: string, mode: PatternMode): void {
    const state = this.#state;
    const scheduler = this.#scheduler;
    const { files } = state;
    const { tree } = files;
    const { test } = compilePattern(text, mode);
    scheduler.cancel("filter");
    state.isFiltering = false;
    if (text === "") files.setFilter(null);
    if (text === "" || test === null || tree === null) return;
    state.isFiltering = true;
    const steps = (function* () {
      const filter = { text, mode, matches: yield* matchSteps(tree.root, test) };
      yield* files.filterSteps(filter);
      return filter;
    })();
    scheduler.run("filter", steps, (filter) => {
      state.isFiltering = false;
      files.setFilter(filter);
      this.#paint();
    });
  }
}

function firstBeside<T>(all: ReadonlySet<T>, some: ReadonlySet<T>): T | null {
  for (const one of all) if (!some.has(one)) return one;
  return null;
}
