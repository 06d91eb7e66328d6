/**
 * Numbers and names of many rows, column by column: neighbours are alike, so that they deflate well. The page reads them with
 * `ui/web/read/columns.ts`.
 */

/** Whole numbers below 2^53, unsigned or signed: seven bits a byte, lowest first (LEB128). */
export class Column {
  #bytes = new Uint8Array(256);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  unsigned(value: number): void {
    let rest = value;
    // Bit operations work on 32 bits only.
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte((rest % 128) + 128);
    this.#byte(rest);
  }

  /** Numbers near zero stay short: 0, -1, 1, -2 are written as 0, 1, 2, 3 (zigzag encoding). */
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

/** Each text once, in the order of first use. Texts must not hold NUL. */
export class Dictionary {
  readonly #places = new Map<string, number>();
  readonly #uses = new Column();

  /** Writes 0 for a new text, which most are, and the place of a known one, counted from 1. */
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
