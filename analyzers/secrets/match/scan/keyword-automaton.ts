/**
 * Aho-Corasick over bytes: finds every keyword in one pass, one table lookup a byte. Case is folded by a 256-entry class table, which
 * also keeps the table small. It is made by every thread of every run, so that making it matters as well: whole rows are copied.
 */
export class KeywordAutomaton {
  /** Class of each byte; 0 for bytes that occur in no keyword. */
  readonly #classes: Uint8Array;
  /** Next state, at `state + class`, marked `hot` where it ends a keyword; states are multiples of the row length. */
  readonly #table: Uint32Array;
  /** Keywords that end in each state; by the state's number. */
  readonly #outputs: readonly (readonly number[])[];
  readonly #rowShift: number;
  /** After `next`. */
  state = 0;

  /** `keywords` are lower-case byte strings. */
  constructor(keywords: readonly string[]) {
    this.#classes = new Uint8Array(256);
    const classCount = assignClasses(keywords, this.#classes);
    this.#rowShift = Math.ceil(Math.log2(classCount));
    const trie = buildTrie(keywords, this.#classes);
    this.#table = tableOf(trie, this.#rowShift);
    this.#outputs = trie.outputs;
  }

  /**
   * Reads on from `state` at `from` up to the first byte that ends a keyword, and returns the offset behind it; -1 when `to` is reached
   * without. `this.state` is where it stands then. Kept small and free of calls: this loop sees every byte of every layer.
   */
  next(bytes: Uint8Array, from: number, to: number, state: number): number {
    const classes = this.#classes;
    const table = this.#table;
    for (let at = from; at < to; at += 1) {
      state = table[state + classes[bytes[at]!]!]!;
      if (state >= hot) {
        this.state = state - hot;
        return at + 1;
      }
    }
    this.state = state;
    return -1;
  }

  /** Indexes of the keywords that end in the state in which `next` found some. */
  keywordsAt(state: number): readonly number[] {
    return this.#outputs[state >>> this.#rowShift]!;
  }
}

/** Marks a state that ends a keyword: above all states' numbers, and still a small integer for the engine. */
const hot = 2 ** 30;

/** Gives each byte that occurs in a keyword a class, upper case the same as lower; returns the number of classes. */
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

/** One state a prefix of a keyword; 0 is the empty one. Its children are a list, linked by `sibling`; 0 ends it. */
interface Trie {
  readonly firstChild: Uint32Array;
  readonly sibling: Uint32Array;
  /** Class of the byte that leads to the state. */
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
 * Turns the trie into an automaton: what leads on from a state is what leads on from its longest proper suffix, but for its own children.
 * Shorter states come first, so that a suffix is done when it is asked for. Keywords that end with a suffix are added to `trie.outputs`.
 */
function tableOf({ firstChild, sibling, byClass, outputs }: Trie, rowShift: number): Uint32Array {
  const table = new Uint32Array(outputs.length << rowShift);
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
