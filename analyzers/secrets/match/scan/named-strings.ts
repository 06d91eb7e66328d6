/** Strings that a file of another form than text gives names to, written as a text that pairs are read in. */
export interface NamedStrings {
  /** `NAME = "value"`, one a line. */
  readonly text: string;
  /** Where a character of a value stands in the file; null for what stands nowhere in it. */
  offsetOf(at: number): number | null;
}

/** Longer ones are texts. */
const longestString = 1000;

export class NamedStringsBuilder {
  readonly #lines: string[] = [];
  /** Where each value begins in the text and in the file, and its length. */
  readonly #values: { readonly at: number; readonly offset: number; readonly length: number }[] = [];
  #length = 0;

  /** `value` is the byte string that stands at `offset` of the file. What would have to be quoted is left out. */
  add(name: string, value: string, offset: number): void {
    if (value.length > longestString || !/^[A-Za-z_$][\w$.-]{1,79}$/.test(name) || !/^[\x20-\x21\x23-\x5b\x5d-\x7e]{3,}$/.test(value))
      return;
    const line = `${name} = "${value}"\n`;
    this.#values.push({ at: this.#length + name.length + 4, offset, length: value.length });
    this.#lines.push(line);
    this.#length += line.length;
  }

  /** Null when there are none. */
  get strings(): NamedStrings | null {
    if (this.#lines.length === 0) return null;
    const values = this.#values;
    return {
      text: this.#lines.join(""),
      offsetOf(at) {
        const value = values.findLast((each) => each.at <= at);
        return value === undefined || at > value.at + value.length ? null : value.offset + (at - value.at);
      },
    };
  }
}
