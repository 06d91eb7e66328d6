/** Parses the text of a glob. */
import { strayByte } from "./utf8.ts";

/** Whether a code point (see `codePoints`) matches. */
export type CharacterTest = (point: number) => boolean;

export type GlobItem =
  | { readonly kind: "character"; readonly test: CharacterTest }
  | { readonly kind: "slash" }
  /** `*` */
  | { readonly kind: "run" }
  /** `**` */
  | { readonly kind: "stars" }
  | { readonly kind: "choice"; readonly alternatives: readonly (readonly GlobItem[])[] };

/** Four times the longest path on Linux. */
const mostCharacters = 16_384;
const deepestBraces = 32;

/** The parts of a glob, or what is wrong with it, worded to follow the glob's text. */
export function parseGlobItems(text: string): readonly GlobItem[] | string {
  try {
    return new GlobParser(text).parse();
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

/** Splits `/a,/b{c,d}` into two globs: commas in braces, in brackets and after a backslash do not separate. */
export function splitGlobs(text: string): string[] {
  const globs = [""];
  let depth = 0;
  for (const [part] of text.matchAll(/\\.|\[[!^]?\]?(?:\\.|[^\]\\])*\]|./gsu)) {
    if (part === "," && depth === 0) globs.push("");
    else globs[globs.length - 1] += part;
    if (part === "{") depth += 1;
    else if (part === "}" && depth > 0) depth -= 1;
  }
  return globs;
}

class Problem extends Error {}

const slash = "/".codePointAt(0)!;
const aSlash: GlobItem = { kind: "slash" };
const notSlash: CharacterTest = (point) => point !== slash;

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-.:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

class GlobParser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#characters = text.length > mostCharacters ? [] : [...text];
    if (text.length > mostCharacters) throw new Problem(`is longer than ${mostCharacters} characters`);
  }

  parse(): readonly GlobItem[] {
    const dots = /(?<=^|\/)\.\.?(?=\/|$)/.exec(this.#characters.join(""));
    if (dots !== null) this.#fail(dots.index, `has the part ${dots[0]}, which no path in an image has`);
    const items = this.#items();
    if (!items.some(namesSomething)) throw new Problem("names no path");
    return items;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  /** Up to the end, or inside braces to the comma or brace that ends the alternative. */
  #items(): GlobItem[] {
    const items: GlobItem[] = [];
    for (let character = this.#next; character !== undefined; character = this.#next) {
      if (this.#depth > 0 && (character === "," || character === "}")) break;
      items.push(this.#item(character));
    }
    return items;
  }

  #item(character: string): GlobItem {
    const from = this.#at;
    this.#at += 1;
    switch (character) {
      case "*":
        return this.#stars();
      case "?":
        return { kind: "character", test: notSlash };
      case "[":
        return { kind: "character", test: this.#brackets(from) };
      case "{":
        return this.#braces(from);
      case "/":
        return aSlash;
      case "\\": {
        const point = this.#escaped(from);
        return point === slash ? aSlash : { kind: "character", test: (other) => other === point };
      }
      default: {
        const point = character.codePointAt(0)!;
        return { kind: "character", test: (other) => other === point };
      }
    }
  }

  /** After the first star. */
  #stars(): GlobItem {
    if (this.#next !== "*") return { kind: "run" };
    while (this.#next === "*") this.#at += 1;
    return { kind: "stars" };
  }

  /** The code point after a backslash; `\xNN` is a byte, as reports write one that is not UTF-8. */
  #escaped(from: number): number {
    const character = this.#next;
    if (character === undefined) this.#fail(from, "has a \\ with nothing after it");
    const hex = this.#characters.slice(this.#at + 1, this.#at + 3).join("");
    if (character === "x" && /^[\dA-Fa-f]{2}$/.test(hex)) {
      this.#at += 3;
      const byte = Number.parseInt(hex, 16);
      return byte < 0x80 ? byte : strayByte(byte);
    }
    this.#at += 1;
    return character.codePointAt(0)!;
  }

  /** After the opening brace. */
  #braces(from: number): GlobItem {
    if (this.#depth === deepestBraces) this.#fail(from, `has braces more than ${deepestBraces} deep`);
    this.#depth += 1;
    const alternatives: GlobItem[][] = [];
    for (;;) {
      alternatives.push(this.#items());
      const end = this.#next;
      if (end === undefined) this.#fail(from, "has a { without a }");
      this.#at += 1;
      if (end === "}") break;
    }
    this.#depth -= 1;
    const inside = this.#characters.slice(from + 1, this.#at - 1).join("");
    if (/^-?\w+\.\.-?\w+$/.test(inside)) this.#fail(from, `has the range {${inside}}: list what it stands for, as in {1,2,3}`);
    return { kind: "choice", alternatives };
  }

  /** After the opening bracket. A slash is never matched (POSIX XCU 2.14.3), also not by a negation. */
  #brackets(from: number): CharacterTest {
    const negated = this.#next === "!" || this.#next === "^";
    if (negated) this.#at += 1;
    const tests: CharacterTest[] = [];
    const first = this.#at;
    for (;;) {
      const character = this.#next;
      if (character === undefined) this.#fail(from, "has a [ without a ]");
      if (character === "]" && this.#at > first) break;
      tests.push(this.#bracketMember());
    }
    this.#at += 1;
    return (point) => point !== slash && tests.some((test) => test(point)) !== negated;
  }

  #bracketMember(): CharacterTest {
    const at = this.#at;
    if (this.#next === "[" && [":", ".", "="].includes(this.#characters[at + 1] ?? "")) return this.#namedClass();
    const low = this.#bracketPoint();
    const after = this.#characters[this.#at + 1];
    if (this.#next !== "-" || after === undefined || after === "]") return (point) => point === low;
    this.#at += 1;
    const high = this.#bracketPoint();
    if (high < low) this.#fail(at, `has the range ${this.#characters.slice(at, this.#at).join("")}, which runs backwards`);
    return (point) => point >= low && point <= high;
  }

  #bracketPoint(): number {
    const from = this.#at;
    const character = this.#next!;
    this.#at += 1;
    return character === "\\" ? this.#escaped(from) : character.codePointAt(0)!;
  }

  /** `[:digit:]` */
  #namedClass(): CharacterTest {
    const from = this.#at;
    const text = this.#characters.slice(from, from + 12).join("");
    const name = /^\[:(\w*):\]/.exec(text)?.[1];
    const members = name === undefined || !Object.hasOwn(classes, name) ? undefined : classes[name];
    if (members === undefined) this.#fail(from, `has an unknown class; there are ${Object.keys(classes).join(", ")}, as in [[:digit:]]`);
    this.#at += name!.length + 4;
    return (point) => point < 0x80 && members.test(String.fromCharCode(point));
  }

  #fail(at: number, what: string): never {
    throw new Problem(`${what} (character ${at + 1})`);
  }
}

function namesSomething(item: GlobItem): boolean {
  return item.kind === "choice" ? item.alternatives.some((items) => items.some(namesSomething)) : item.kind !== "slash";
}
