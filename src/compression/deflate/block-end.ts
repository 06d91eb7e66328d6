/** Kinds of symbols: bytes by their two highest bits and the lowest, and short and long matches. */
const byteKinds = 8;
const kinds = byteKinds + 2;
const longMatch = 9;

/** A block is checked once it has this many bytes, and again every so many symbols. */
const leastBytes = 5000;
const judgedSymbols = 512;
/** How far the newest symbols may differ from those before; one that moves between kinds counts twice. */
const mostDifference = 240 / 512;
/** With fewer bytes and symbols, a block must differ more: its code has not yet paid off. */
const smallBytes = 10_000;
const smallSymbols = 8192;

/**
 * Decides when a block should end because the data has changed enough that a new code is worth its cost (as in libdeflate).
 */
export class BlockEnd {
  readonly #before = new Uint32Array(kinds);
  readonly #newest = new Uint32Array(kinds);
  #symbolsBefore = 0;
  #newestSymbols = 0;

  start(): void {
    this.#before.fill(0);
    this.#newest.fill(0);
    this.#symbolsBefore = this.#newestSymbols = 0;
  }

  sawByte(byte: number): void {
    this.#newest[((byte >> 5) & 6) | (byte & 1)]! += 1;
    this.#newestSymbols += 1;
  }

  sawMatch(length: number): void {
    this.#newest[length >= longMatch ? byteKinds + 1 : byteKinds]! += 1;
    this.#newestSymbols += 1;
  }

  /** @param bytes in the block @param left bytes after it */
  isReached(bytes: number, left: number): boolean {
    return this.#newestSymbols >= judgedSymbols && bytes >= leastBytes && left >= leastBytes && this.#isOther(bytes);
  }

  #isOther(bytes: number): boolean {
    const [before, newest] = [this.#symbolsBefore, this.#newestSymbols];
    if (before > 0) {
      let difference = 0;
      for (let kind = 0; kind < kinds; kind += 1) difference += Math.abs(this.#before[kind]! * newest - this.#newest[kind]! * before);
      let allowed = newest * mostDifference * before;
      const symbols = before + newest;
      if (bytes < smallBytes && symbols < smallSymbols) allowed += (allowed * (smallSymbols - symbols)) / smallSymbols;
      // The longer a block is, the smaller a difference ends it.
      if (difference + (bytes >> 12) * before >= allowed) return true;
    }
    for (let kind = 0; kind < kinds; kind += 1) this.#before[kind]! += this.#newest[kind]!;
    this.#newest.fill(0);
    this.#symbolsBefore += newest;
    this.#newestSymbols = 0;
    return false;
  }
}
