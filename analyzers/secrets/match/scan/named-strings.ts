/** Named strings in a file that is not text, written as text so that pairs can be read from it. */
export interface NamedStrings {
  /** Lines of `NAME = "value"`. */
  readonly text: string;
  /** The file offset of a character of a value; null for characters that are not in the file. */
  offsetOf(at: number): number | null;
}

/** Longer strings are prose. */
const longestString = 1000;

export class NamedStringsBuilder {
  readonly #lines: string[] = [];
  /** Where each value begins in the text and in the file, and its length. */
  readonly #values: { readonly at: number; readonly offset: number; readonly length: number }[] = [];
  #length = 0;

  /** `value` is the byte string at `offset` in the file. Names and values that would need escaping are left out. */
  add(name: string, value: string, offset: number): void {
    if (value.length > longestString || !/^[A-Za-z_$][\w$.-]{1,79}$/.test(name) || !/^[\x20-\x21\x23-\x5b\x5d-\x7e]{3,}$/.test(value))
      return;
    const line = `${name} = "${value}"\n`;
    this.#values.push({ at: this.#length + name.length + 4, offset, length: value.length });
    this.#lines.push(line);
    this.#length += line.length;
  }

  /** Null if there are none. */
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
