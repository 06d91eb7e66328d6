/**
 * The one language of patterns over the paths of an image; `docs/globs.md` describes it.
 *
 * A glob becomes an automaton whose states are worked out when a path first needs them, so matching takes time linear in the path whatever
 * the pattern. The matchers of npm (picomatch, minimatch) make regular expressions that backtrack, count UTF-16 units instead of the
 * characters of a byte string, and take a malformed pattern literally: for a rule that must not let anything pass, that is the wrong answer.
 */
import { BallastError } from "../errors.ts";
import { parseGlobItems } from "./glob-syntax.ts";
import type { CharacterTest, GlobItem } from "./glob-syntax.ts";
import { codePoints } from "./utf8.ts";

export interface Glob {
  /** As typed. */
  readonly text: string;
  /** `path`: a byte string without leading slash. */
  matches(path: string): boolean;
}

/** What is wrong with a glob and at which character; null when it can be used. */
export function globProblem(text: string): string | null {
  const parsed = parseGlobItems(text, true);
  return typeof parsed === "string" ? parsed : null;
}

/**
 * A glob with a leading slash begins at the root, one without fits at any depth.
 * @throws {BallastError} bad-argument naming the character at fault
 */
export function parseGlob(text: string): Glob {
  return globFrom(text, true);
}

/**
 * A glob over names that are no paths: it has to fit the whole name.
 * @throws {BallastError} bad-argument naming the character at fault
 */
export function parseNameGlob(text: string): Glob {
  return globFrom(text, false);
}

function globFrom(text: string, atAnyDepth: boolean): Glob {
  const items = parseGlobItems(text, atAnyDepth);
  if (typeof items === "string") throw new BallastError("bad-argument", `the glob "${text}" ${items}`);
  const automaton = new Automaton(items);
  return { text, matches: (path) => automaton.matches(path) };
}

const slash = 0x2f;
const isSlash: CharacterTest = (point) => point === slash;
const isAnything: CharacterTest = () => true;

/** A place in the pattern: what it consumes (null for nothing), and the places after that. */
interface Place {
  readonly index: number;
  readonly test: CharacterTest | null;
  next: readonly Place[];
}

/** All places that the characters so far can have led to. */
interface State {
  readonly places: readonly Place[];
  readonly accepts: boolean;
  /** The state after a character, once it was needed; ASCII apart, for speed. */
  readonly afterAscii: (State | undefined)[];
  readonly afterOther: Map<number, State>;
}

/** States kept at most; beyond, all are forgotten: a pattern like `*a????????` has as many as two to the number of its characters. */
const mostStates = 1000;
const notAscii = /[\x80-\xff]/;

class Automaton {
  readonly #end: Place;
  readonly #beginning: readonly Place[];
  readonly #states = new Map<string, State>();
  #places = 0;

  constructor(items: readonly GlobItem[]) {
    this.#end = this.#place(null, []);
    this.#beginning = [this.#sequence(items, this.#end)];
  }

  matches(path: string): boolean {
    const points = notAscii.test(path) ? codePoints(path) : null;
    const length = points?.length ?? path.length;
    let state = this.#stateOf(this.#beginning);
    for (let at = 0; at < length; at += 1) {
      if (state.places.length === 0) return false;
      const point = points === null ? path.charCodeAt(at) : points[at]!;
      state = (point < 0x80 ? state.afterAscii[point] : state.afterOther.get(point)) ?? this.#step(state, point);
    }
    return state.accepts;
  }

  #place(test: CharacterTest | null, next: readonly Place[]): Place {
    return { index: this.#places++, test, next };
  }

  /** Made from the end backwards: alternatives share what follows them, so that the automaton is as large as the pattern. */
  #sequence(items: readonly GlobItem[], end: Place): Place {
    return items.reduceRight((next, item) => this.#item(item, next), end);
  }

  #item(item: GlobItem, next: Place): Place {
    switch (item.kind) {
      case "character":
        return this.#place(item.test, [next]);
      case "run":
        return this.#run(item.test, next);
      case "directories":
        return this.#place(null, [next, this.#run(isAnything, this.#place(isSlash, [next]))]);
      case "choice":
        return this.#place(
          null,
          item.alternatives.map((alternative) => this.#sequence(alternative, next)),
        );
    }
  }

  /** Any number of characters that pass the test, none included. */
  #run(test: CharacterTest, next: Place): Place {
    const fork = this.#place(null, []);
    fork.next = [next, this.#place(test, [fork])];
    return fork;
  }

  #step(state: State, point: number): State {
    const following: Place[] = [];
    for (const { test, next } of state.places) if (test!(point)) following.push(...next);
    const after = this.#stateOf(following);
    if (point < 0x80) state.afterAscii[point] = after;
    else state.afterOther.set(point, after);
    return after;
  }

  #stateOf(places: readonly Place[]): State {
    const reached = new Set<Place>();
    const stack = [...places];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (reached.has(place)) continue;
      reached.add(place);
      if (place.test === null) stack.push(...place.next);
    }
    const consuming = [...reached].filter(({ test }) => test !== null).sort((a, b) => a.index - b.index);
    const accepts = reached.has(this.#end);
    const key = `${accepts ? "+" : ""}${consuming.map(({ index }) => index).join(" ")}`;
    let state = this.#states.get(key);
    if (state !== undefined) return state;
    if (this.#states.size >= mostStates) {
      for (const old of this.#states.values()) {
        old.afterAscii.fill(undefined);
        old.afterOther.clear();
      }
      this.#states.clear();
    }
    this.#states.set(key, (state = { places: consuming, accepts, afterAscii: [], afterOther: new Map() }));
    return state;
  }
}
