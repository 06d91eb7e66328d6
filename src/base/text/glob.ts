/**
 * The only pattern language for paths of an image; `docs/globs.md` describes it.
 *
 * A glob becomes an automaton whose states are computed when a path first needs them, so matching takes time linear in the path for any
 * pattern. The usual packages (picomatch, minimatch) make regular expressions that backtrack, count UTF-16 units instead of the characters
 * of a byte string, and take a malformed pattern literally, which is wrong for a rule that must let nothing pass.
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

/** What is wrong with a glob, and at which character; null when it is valid. */
export function globProblem(text: string): string | null {
  const parsed = parseGlobItems(text);
  return typeof parsed === "string" ? parsed : null;
}

/**
 * A glob with a leading slash starts at the root; one without matches at any depth.
 * @throws {BallastError} bad-argument naming the character at fault
 */
export function parseGlob(text: string): Glob {
  return globFrom(text, true);
}

/**
 * A glob for names that are not paths: it has to match the whole name.
 * @throws {BallastError} bad-argument naming the character at fault
 */
export function parseNameGlob(text: string): Glob {
  return globFrom(text, false);
}

function globFrom(text: string, atAnyDepth: boolean): Glob {
  const items = parseGlobItems(text);
  if (typeof items === "string") throw new BallastError("bad-argument", `the glob "${text}" ${items}`);
  const automaton = new Automaton(items, atAnyDepth);
  return { text, matches: (path) => automaton.matches(path) };
}

const slash = 0x2f;
const isSlash: CharacterTest = (point) => point === slash;
const notSlash: CharacterTest = (point) => point !== slash;
const isAnything: CharacterTest = () => true;

/**
 * Where in a path a pattern has arrived, depending on the alternatives taken. A slash means something different in each case, so they are
 * distinguished here rather than in the parser: `{,x}/a` is `/a` and `x/a`, `/a/{,b}` is `/a` and `/a/b`.
 */
type Now =
  /** At the start: a slash starts at the root, anything else at any depth. */
  | "beginning"
  /** At the start of a name, where another slash is ignored. */
  | "fresh"
  /** At the start of a name after two stars that matched nothing: a slash after them is ignored, as they then stand for no directory. */
  | "fresh stars"
  | "inside"
  /** At the end of the path, where slashes are ignored. */
  | "over";

/** A part of the pattern, and what follows it. */
type Part = { readonly index: number } & (
  | { readonly kind: "end" }
  | { readonly kind: "choice"; readonly next: readonly Part[] }
  | { readonly kind: "character"; readonly test: CharacterTest; readonly next: Part }
  | { readonly kind: "slash" | "run" | "stars"; readonly next: Part }
);

/** A part that may read the next character. */
interface Place {
  readonly part: Part;
  readonly now: Now;
}

/** All places that the characters so far can lead to, as the steps that the next character can take. */
interface State {
  readonly steps: readonly Step[];
  readonly accepts: boolean;
  /** The state after a character, once it has been needed; ASCII is kept separately for speed. */
  readonly afterAscii: (State | undefined)[];
  readonly afterOther: Map<number, State>;
}

interface Step {
  readonly test: CharacterTest;
  readonly to: Place;
}

/** When there are more states, all are dropped: a pattern like `*a????????` can have two to the power of its length. */
const mostStates = 1000;
const notAscii = /[\x80-\xff]/;

class Automaton {
  readonly #beginning: Place;
  readonly #states = new Map<string, State>();
  /** For a part that the pattern starts with, the part that allows any number of directories before it. */
  readonly #atAnyDepth = new Map<Part, Part>();
  #parts = 0;

  constructor(items: readonly GlobItem[], atAnyDepth: boolean) {
    const first = this.#sequence(items, { index: this.#parts++, kind: "end" });
    this.#beginning = { part: first, now: atAnyDepth ? "beginning" : "fresh" };
  }

  matches(path: string): boolean {
    const points = notAscii.test(path) ? codePoints(path) : null;
    const length = points?.length ?? path.length;
    let state = this.#stateOf([this.#beginning]);
    for (let at = 0; at < length; at += 1) {
      if (state.steps.length === 0) return false;
      const point = points === null ? path.charCodeAt(at) : points[at]!;
      state = (point < 0x80 ? state.afterAscii[point] : state.afterOther.get(point)) ?? this.#step(state, point);
    }
    return state.accepts;
  }

  /** Built backwards from the end, so that alternatives share what follows them and the automaton is no larger than the pattern. */
  #sequence(items: readonly GlobItem[], end: Part): Part {
    return items.reduceRight((next, item) => this.#part(item, next), end);
  }

  #part(item: GlobItem, next: Part): Part {
    if (item.kind !== "choice") return { ...item, index: this.#parts++, next };
    return { kind: "choice", index: this.#parts++, next: item.alternatives.map((alternative) => this.#sequence(alternative, next)) };
  }

  #step(state: State, point: number): State {
    const after = this.#stateOf(state.steps.filter(({ test }) => test(point)).map(({ to }) => to));
    if (point < 0x80) state.afterAscii[point] = after;
    else state.afterOther.set(point, after);
    return after;
  }

  #stateOf(places: readonly Place[]): State {
    const reached = new Set<string>();
    const steps = new Map<string, readonly Step[]>();
    let accepts = false;
    const stack = [...places];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const key = `${place.part.index} ${place.now}`;
      if (reached.has(key)) continue;
      reached.add(key);
      if (place.part.kind === "end") accepts ||= place.now === "inside" || place.now === "over";
      stack.push(...this.#withoutCharacter(place));
      const taken = stepsOf(place);
      if (taken.length > 0) steps.set(key, taken);
    }
    const keys = [...steps.keys()].sort();
    const key = `${accepts ? "+" : ""}${keys.join()}`;
    let state = this.#states.get(key);
    if (state !== undefined) return state;
    if (this.#states.size >= mostStates) {
      for (const old of this.#states.values()) {
        old.afterAscii.fill(undefined);
        old.afterOther.clear();
      }
      this.#states.clear();
    }
    this.#states.set(key, (state = { steps: keys.flatMap((each) => steps.get(each)!), accepts, afterAscii: [], afterOther: new Map() }));
    return state;
  }

  /** The places reached without reading a character. */
  #withoutCharacter({ part, now }: Place): readonly Place[] {
    if (part.kind === "end") return [];
    if (part.kind === "choice") return part.next.map((next) => ({ part: next, now }));
    const { kind, next } = part;
    if (kind === "slash") {
      if (now === "inside" || now === "over") return [{ part: next, now: "over" }];
      return [{ part: next, now: "fresh" }];
    }
    if (now === "over") return [];
    if (now === "beginning") return [{ part: this.#anyDirectoriesBefore(part), now: "fresh" }];
    if (kind === "stars") return [{ part: next, now: now === "inside" ? now : "fresh stars" }];
    return kind === "run" ? [{ part: next, now: now === "fresh" ? "inside" : now }] : [];
  }

  #anyDirectoriesBefore(part: Part): Part {
    const known = this.#atAnyDepth.get(part);
    if (known !== undefined) return known;
    const made = this.#sequence([{ kind: "stars" }, { kind: "slash" }], part);
    this.#atAnyDepth.set(part, made);
    return made;
  }
}

/** What a place can read from the path, and where that leads. */
function stepsOf({ part, now }: Place): readonly Step[] {
  if (now === "over" || now === "beginning" || part.kind === "end" || part.kind === "choice") return [];
  switch (part.kind) {
    case "character":
      return [{ test: part.test, to: { part: part.next, now: "inside" } }];
    case "slash":
      return now === "inside" ? [{ test: isSlash, to: { part: part.next, now: "fresh" } }] : [];
    case "run":
      return [{ test: notSlash, to: { part, now: "inside" } }];
    case "stars":
      return [{ test: isAnything, to: { part, now: "inside" } }];
  }
}
