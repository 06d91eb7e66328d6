/**
 * Aho-Corasick over bytes: finds every keyword in one pass, one table lookup a byte. Case is folded by a 256-entry class table, which
 * also keeps the table small; states are numbered so that those which end a keyword come last, so that one comparison tells.
 */
export class KeywordAutomaton {
  /** Class of each byte; 0 for bytes that occur in no keyword. */
  readonly classes: Uint8Array;
  /** Next state, at `state + class`; states are multiples of the row length. */
  readonly table: Uint32Array;
  /** States from here on end at least one keyword. */
  readonly firstHot: number;
  /** After `next`. */
  state = 0;
  readonly #rowShift: number;
  readonly #outputs: readonly (readonly number[])[];

  /** `keywords` are lower-case byte strings. */
  constructor(keywords: readonly string[]) {
    this.classes = new Uint8Array(256);
    const classCount = assignClasses(keywords, this.classes);
    this.#rowShift = Math.ceil(Math.log2(classCount));

    const trie = buildTrie(keywords, this.classes, classCount);
    const order = hotLast(trie.outputs);
    const numberOf = new Uint32Array(order.length);
    order.forEach((state, number) => (numberOf[state] = number));

    this.table = new Uint32Array(order.length << this.#rowShift);
    for (const [number, state] of order.entries()) {
      const row = number << this.#rowShift;
      for (let c = 0; c < classCount; c += 1) this.table[row + c] = numberOf[trie.next[state * classCount + c]!]! << this.#rowShift;
    }
    const cold = trie.outputs.filter((output) => output.length === 0).length;
    this.firstHot = cold << this.#rowShift;
    this.#outputs = order.slice(cold).map((state) => trie.outputs[state]!);
  }

  /**
   * Reads on from `state` at `from` up to the first byte that ends a keyword, and returns the offset behind it; -1 when `to` is reached
   * without. `this.state` is where it stands then. Kept small and free of calls: this loop sees every byte of every layer.
   */
  next(bytes: Uint8Array, from: number, to: number, state: number): number {
    const { classes, table, firstHot } = this;
    for (let at = from; at < to; at += 1) {
      state = table[state + classes[bytes[at]!]!]!;
      if (state >= firstHot) {
        this.state = state;
        return at + 1;
      }
    }
    this.state = state;
    return -1;
  }

  /** Indexes of the keywords that end in this (hot) state. */
  keywordsAt(state: number): readonly number[] {
    return this.#outputs[(state - this.firstHot) >>> this.#rowShift]!;
  }
}

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

interface Trie {
  /** Next state of `state` on class `c`, at `state * classCount + c`. */
  readonly next: Int32Array;
  /** Keywords that end in each state. */
  readonly outputs: readonly (readonly number[])[];
}

const none: readonly number[] = [];

function buildTrie(keywords: readonly string[], classes: Uint8Array, classCount: number): Trie {
  const mostStates = keywords.reduce((sum, { length }) => sum + length, 1);
  const next = new Int32Array(mostStates * classCount).fill(-1);
  const outputs: (readonly number[])[] = [none];
  for (const [index, keyword] of keywords.entries()) {
    let state = 0;
    for (let i = 0; i < keyword.length; i += 1) {
      const edge = state * classCount + classes[keyword.charCodeAt(i)]!;
      if (next[edge]! < 0) next[edge] = outputs.push(none) - 1;
      state = next[edge]!;
    }
    outputs[state] = [...outputs[state]!, index];
  }
  linkFailures(next, outputs, classCount);
  return { next, outputs };
}

/** Turns the trie into an automaton: every missing edge goes where the longest proper suffix would go. */
function linkFailures(next: Int32Array, outputs: (readonly number[])[], classCount: number): void {
  const failure = new Int32Array(outputs.length);
  const queue: number[] = [];
  for (let c = 0; c < classCount; c += 1) {
    if (next[c]! < 0) next[c] = 0;
    else queue.push(next[c]!);
  }
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head]!;
    const row = state * classCount;
    const fallback = failure[state]! * classCount;
    const inherited = outputs[failure[state]!]!;
    if (inherited.length > 0) outputs[state] = [...outputs[state]!, ...inherited];
    for (let c = 0; c < classCount; c += 1) {
      const target = next[row + c]!;
      if (target < 0) {
        next[row + c] = next[fallback + c]!;
      } else {
        failure[target] = next[fallback + c]!;
        queue.push(target);
      }
    }
  }
}

function hotLast(outputs: readonly (readonly number[])[]): number[] {
  const states = outputs.map((_, state) => state);
  return [...states.filter((s) => outputs[s]!.length === 0), ...states.filter((s) => outputs[s]!.length > 0)];
}
