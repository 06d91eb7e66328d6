/** The most bytes searched at a time. A keyword may end at each of them, so this many places are reserved. */
export const mostAtOnce = 16 * 1024;

/** Finds every keyword in one pass over bytes. */
export interface KeywordAutomaton {
  /**
   * Finds the keywords that end in [from, to), at most `mostAtOnce` bytes; `before` is the state after the preceding bytes, 0 at the
   * beginning of a text. Returns the number of places.
   */
  find(bytes: Uint8Array, from: number, to: number, before: number): number;
  /** After `find`, in order: the offset after each place where keywords end, and the state that tells which. */
  readonly ends: Uint32Array;
  readonly states: Uint32Array;
  /** After `find`: the state reached. */
  readonly state: number;
  /** Indices of the keywords that end in such a state. */
  keywordsAt(state: number): readonly number[];
}

/** Marks a state in which a keyword ends: larger than any state's number, yet still a small integer for the engine. */
const hot = 2 ** 30;

/**
 * Aho-Corasick, with one table lookup per byte. A 256-entry class table folds case and keeps the transition table small. Every thread of
 * every run builds it, so building must be fast as well: whole rows are copied.
 *
 * Its loops see every byte of every layer. They are closures because V8 compiles the tables of a closure that is created once into the
 * code, which makes them half as fast again as with tables in an object.
 *
 * @param keywords lower-case byte strings
 */
export function createKeywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  /** Class of each byte; 0 for bytes that occur in no keyword. */
  const classes = new Uint8Array(256);
  const rowShift = Math.ceil(Math.log2(assignClasses(keywords, classes)));
  const trie = buildTrie(keywords, classes);
  /** The next state, at `state + class`, marked `hot` if a keyword ends there; states are multiples of the row length. */
  const table = tableOf(trie, rowShift);
  const longest = keywords.reduce((most, { length }) => Math.max(most, length), 1);
  /** With fewer bytes, reading some of them twice costs more than reading in halves saves. */
  const worthHalving = 8 * longest;
  const ends = new Uint32Array(mostAtOnce);
  const states = new Uint32Array(mostAtOnce);
  let state = 0;

  /** Each lookup depends on the one before it, so two halves are read in turn: while one waits, the other proceeds. */
  function findInHalves(bytes: Uint8Array, from: number, half: number): number {
    const middle = from + half;
    let first = state;
    let second = 0;
    // A keyword that ends in the second half cannot begin earlier.
    for (let at = middle - longest + 1; at < middle; at += 1) second = table[second + classes[bytes[at]!]!]! & (hot - 1);
    let count = 0;
    let later = half;
    for (let at = from; at < middle; at += 1) {
      first = table[first + classes[bytes[at]!]!]!;
      second = table[second + classes[bytes[at + half]!]!]!;
      if ((first | second) < hot) continue;
      if (first >= hot) {
        ends[count] = at + 1;
        states[count++] = first -= hot;
      }
      if (second >= hot) {
        ends[later] = at + half + 1;
        states[later++] = second -= hot;
      }
    }
    state = second;
    ends.copyWithin(count, half, later);
    states.copyWithin(count, half, later);
    return count + later - half;
  }

  /** Appends to the `count` places already found. */
  function findInOrder(bytes: Uint8Array, from: number, to: number, count: number): number {
    let reached = state;
    for (let at = from; at < to; at += 1) {
      reached = table[reached + classes[bytes[at]!]!]!;
      if (reached < hot) continue;
      ends[count] = at + 1;
      states[count++] = reached -= hot;
    }
    state = reached;
    return count;
  }

  return {
    find(bytes, from, to, before) {
      state = before;
      const half = to - from < worthHalving ? 0 : (to - from) >>> 1;
      const found = half === 0 ? 0 : findInHalves(bytes, from, half);
      return findInOrder(bytes, from + 2 * half, to, found);
    },
    ends,
    states,
    get state() {
      return state;
    },
    keywordsAt: (reached) => trie.outputs[reached >>> rowShift]!,
  };
}

/** Assigns a class to each byte that occurs in a keyword, the same for both cases; returns the number of classes. */
function assignClasses(keywords: readonly string[], classes: Uint8Array): number {
  let count = 1;
  for (const keyword of keywords) {
    for (let i = 0; i < keyword.length; i += 1) {
      const byte = keyword.charCodeAt(i);
      if (classes[byte] === 0) classes[byte] = count++;
    }
  }
  for (let upper = 0x41; upper <= 0x5a; upper += 1) classes[upper] = classes[upper + 0x20]!;
  return count;
}

/** One state for each prefix of a keyword; 0 is the empty prefix. Children form a list linked by `sibling`, which ends with 0. */
interface Trie {
  readonly firstChild: Uint32Array;
  readonly sibling: Uint32Array;
  /** The class of the byte that leads to the state. */
  readonly byClass: Uint8Array;
  /** Keywords that end in each state. */
  readonly outputs: (readonly number[])[];
}

const none: readonly number[] = [];

function buildTrie(keywords: readonly string[], classes: Uint8Array): Trie {
  const mostStates = keywords.reduce((sum, { length }) => sum + length, 1);
  const firstChild = new Uint32Array(mostStates);
  const sibling = new Uint32Array(mostStates);
  const byClass = new Uint8Array(mostStates);
  const outputs: (readonly number[])[] = [none];
  for (const [index, keyword] of keywords.entries()) {
    let state = 0;
    for (let i = 0; i < keyword.length; i += 1) {
      const wanted = classes[keyword.charCodeAt(i)]!;
      let child = firstChild[state]!;
      while (child !== 0 && byClass[child] !== wanted) child = sibling[child]!;
      if (child === 0) {
        child = outputs.push(none) - 1;
        byClass[child] = wanted;
        sibling[child] = firstChild[state]!;
        firstChild[state] = child;
      }
      state = child;
    }
    outputs[state] = [...outputs[state]!, index];
  }
  return { firstChild, sibling, byClass, outputs };
}

/**
 * Turns the trie into an automaton: the transitions of a state are those of its longest proper suffix, overridden by its own children.
 * Shorter states come first, so that a suffix is complete when it is needed. Keywords that end with a suffix are added to `trie.outputs`.
 */
function tableOf({ firstChild, sibling, byClass, outputs }: Trie, rowShift: number): Int32Array {
  const table = new Int32Array(outputs.length << rowShift);
  const suffix = new Uint32Array(outputs.length);
  const queue = new Uint32Array(outputs.length);
  let queued = 1;
  for (let head = 0; head < queued; head += 1) {
    const state = queue[head]!;
    const row = state << rowShift;
    const fallback = suffix[state]! << rowShift;
    if (state !== 0) table.copyWithin(row, fallback, fallback + (1 << rowShift));
    for (let child = firstChild[state]!; child !== 0; child = sibling[child]!) {
      const edge = row + byClass[child]!;
      const shorter = (table[edge]! & (hot - 1)) >>> rowShift;
      suffix[child] = shorter;
      const inherited = outputs[shorter]!;
      if (inherited.length > 0) outputs[child] = [...outputs[child]!, ...inherited];
      table[edge] = (child << rowShift) + (outputs[child]!.length > 0 ? hot : 0);
      queue[queued++] = child;
    }
  }
  return table;
}
