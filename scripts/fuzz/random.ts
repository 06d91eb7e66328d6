/** Chance that can be had again: a generator of numbers from a seed, and the choices that fuzzing makes with it. */
export class Random {
  #state: number;

  /** The same seed gives the same numbers, on every machine. */
  constructor(seed: string) {
    // FNV-1a, so that neighbouring case numbers start far apart.
    let hash = 0x811c9dc5;
    for (const char of seed) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    this.#state = hash >>> 0;
  }

  /** An integer of 0 to `below` − 1 (mulberry32). */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  times<T>(most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, (_, index) => make(index));
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
