/** readline's keys that are sent as esc and a letter; while typing, they must not count as esc. */
const altKeys: ReadonlySet<string> = new Set(["alt+b", "alt+f", "alt+d", "alt+backspace"]);

export function isEditingKey(key: string): boolean {
  return altKeys.has(key);
}

/** One line of text being typed, with readline's keys. */
export class LineEditor {
  text = "";
  /** Position in code points. */
  position = 0;

  constructor(text = "") {
    this.set(text);
  }

  /** Replaces the text, with the cursor at its end. */
  set(text: string): void {
    this.text = text;
    this.position = Array.from(text).length;
  }

  /** True when the key was an editing key. */
  handle(key: string, typed: string): boolean {
    const chars = Array.from(this.text);
    switch (key) {
      case "left":
      case "ctrl+b":
        this.position = Math.max(0, this.position - 1);
        return true;
      case "right":
      case "ctrl+f":
        this.position = Math.min(chars.length, this.position + 1);
        return true;
      case "home":
      case "ctrl+a":
        this.position = 0;
        return true;
      case "end":
      case "ctrl+e":
        this.position = chars.length;
        return true;
      case "backspace":
        if (this.position > 0) this.#replace(chars, this.position - 1, 1, "");
        return true;
      case "delete":
      case "ctrl+d":
        this.#replace(chars, this.position, 1, "");
        return true;
      case "ctrl+u":
        this.#replace(chars, 0, this.position, "");
        return true;
      case "ctrl+k":
        this.#replace(chars, this.position, chars.length, "");
        return true;
      case "alt+b":
      case "ctrl+left":
        this.position = this.#wordStart(chars);
        return true;
      case "alt+f":
      case "ctrl+right":
        this.position = this.#wordEnd(chars);
        return true;
      case "ctrl+w":
      case "alt+backspace": {
        const from = this.#wordStart(chars);
        this.#replace(chars, from, this.position - from, "");
        return true;
      }
      case "alt+d":
        this.#replace(chars, this.position, this.#wordEnd(chars) - this.position, "");
        return true;
    }
    if (typed === "") return false;
    this.#replace(chars, this.position, 0, typed);
    return true;
  }

  /** Where the word or path segment at the position starts, or the previous one. */
  #wordStart(chars: readonly string[]): number {
    let from = this.position;
    while (from > 0 && chars[from - 1] === " ") from -= 1;
    while (from > 0 && !/[\s/]/.test(chars[from - 1]!)) from -= 1;
    return from === this.position && from > 0 ? from - 1 : from;
  }

  #wordEnd(chars: readonly string[]): number {
    let to = this.position;
    while (to < chars.length && /[\s/]/.test(chars[to]!)) to += 1;
    while (to < chars.length && !/[\s/]/.test(chars[to]!)) to += 1;
    return to;
  }

  #replace(chars: string[], from: number, count: number, text: string): void {
    const inserted = Array.from(text);
    chars.splice(from, count, ...inserted);
    this.text = chars.join("");
    this.position = from + inserted.length;
  }
}
