/** One line of text being typed, with the keys that readline taught everyone. */
export class LineEditor {
  text = "";
  /** Position in code points. */
  position = 0;

  constructor(text = "") {
    this.set(text);
  }

  /** Another text, to be gone on with at its end. */
  set(text: string): void {
    this.text = text;
    this.position = Array.from(text).length;
  }

  /** True when the key was one for editing. */
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
      case "ctrl+w": {
        let from = this.position;
        while (from > 0 && chars[from - 1] === " ") from -= 1;
        while (from > 0 && !/[\s/]/.test(chars[from - 1]!)) from -= 1;
        if (from === this.position && from > 0) from -= 1;
        this.#replace(chars, from, this.position - from, "");
        return true;
      }
    }
    if (typed === "") return false;
    this.#replace(chars, this.position, 0, typed);
    return true;
  }

  #replace(chars: string[], from: number, count: number, text: string): void {
    const inserted = Array.from(text);
    chars.splice(from, count, ...inserted);
    this.text = chars.join("");
    this.position = from + inserted.length;
  }
}
