/** Reads the numbers that `src/report/html/columns.ts` writes. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  unsigned(): number {
    let byte = this.#bytes[this.#at++]!;
    let value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * scale;
    }
    return value;
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Reads texts, each of which is stored once; a use is 0 for the next new text, or the number of an earlier one. */
export class TextReader {
  readonly #texts: readonly string[];
  readonly #uses: ColumnReader;
  #next = 0;

  constructor(texts: Uint8Array, uses: Uint8Array) {
    this.#texts = new TextDecoder("utf-8", { ignoreBOM: true }).decode(texts).split("\0");
    this.#uses = new ColumnReader(uses);
  }

  text(): string {
    const use = this.#uses.unsigned();
    if (use > 0) return this.#texts[use - 1]!;
    this.#next += 1;
    return this.#texts[this.#next - 1]!;
  }
}
