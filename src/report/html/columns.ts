/**
 * Numbers and names of many rows, column by column: what stands together is alike, so that deflate makes little of it. The page reads
 * them with `ui/web/read/columns.ts`.
 */

/** Unsigned and signed whole numbers below 2^53, seven bits a byte, lowest first (LEB128). */
export class Column {
  #bytes = new Uint8Array(256);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  unsigned(value: number): void {
    let rest = value;
    // Beyond 32 bits there are no bit operations.
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) + 128);
    this.#byte(rest);
  }

  /** Small whichever way from zero: 0, -1, 1, -2 are written as 0, 1, 2, 3. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }
}

/** Each different text once, in the order of their first use. Texts hold no NUL. */
export class Dictionary {
  readonly #places = new Map<string, number>();
  readonly #uses = new Column();

  /** A new one is 0, one that is known already its place, counted from 1: most names are new. */
  add(text: string): void {
    const known = this.#places.get(text);
    this.#uses.unsigned(known === undefined ? 0 : known + 1);
    if (known === undefined) this.#places.set(text, this.#places.size);
  }

  get uses(): Uint8Array {
    return this.#uses.bytes;
  }

  get texts(): Uint8Array {
    return Buffer.from([...this.#places.keys()].join("\0"), "utf8");
  }
}
