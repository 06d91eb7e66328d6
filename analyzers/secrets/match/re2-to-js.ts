/**
 * Translates Go's RE2 syntax, in which gitleaks' rules are written, to JavaScript without the `v` or `u` flag, with the same meaning over
 * latin1 text. Case-insensitive parts are spelled out: Node 20 has no inline modifiers. What JavaScript cannot say is refused.
 */

/** Flags in force at one place of a pattern. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

const posix: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};
/** Go's \s is narrower than JavaScript's. */
const space = "\\t\\n\\f\\r ";
const notSpace = "\\x00-\\x08\\x0b\\x0e-\\x1f\\x21-\\uffff";

/** The source of a RegExp without flags. @throws {SyntaxError} naming what cannot be translated */
export function translateRe2(pattern: string): string {
  const parser = new Parser(pattern);
  // Compiling is the last word on whether it is well-formed; it leaves the source as it is.
  return new RegExp(parser.parse()).source;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): string {
    const source = this.#alternatives({ i: false, m: false, s: false });
    if (this.#at < this.#text.length) throw this.#error("unbalanced )");
    return source;
  }

  #alternatives(outer: Flags): string {
    let flags = outer;
    let out = "";
    while (this.#at < this.#text.length && this.#text[this.#at] !== ")") {
      const ch = this.#text[this.#at]!;
      if (ch === "(") {
        const group = this.#group(flags);
        out += group.source;
        flags = group.flags;
      } else if (ch === "[") out += this.#bracket(flags);
      else if (ch === "\\") out += this.#escapeOutside(flags);
      else {
        this.#at += 1;
        out += this.#plain(ch, flags);
      }
    }
    return out;
  }

  #plain(ch: string, flags: Flags): string {
    if (ch === ".") return flags.s ? "[\\s\\S]" : "[^\\n]";
    if (ch === "^") return flags.m ? "(?<![^\\n])" : "^";
    if (ch === "$") return flags.m ? "(?![^\\n])" : "$";
    if ("*+?|".includes(ch)) return ch;
    if (ch === "{") {
      const repeat = /^\d+(?:,\d*)?\}/.exec(this.#text.slice(this.#at));
      if (repeat === null) return "\\{";
      this.#at += repeat[0].length;
      return `{${repeat[0]}`;
    }
    return literal(ch, flags);
  }

  #group(flags: Flags): { source: string; flags: Flags } {
    const rest = this.#text.slice(this.#at);
    const name = /^\(\?P?<(\w+)>/.exec(rest);
    if (name !== null) return { source: `(?<${name[1]!}>${this.#inside(name[0].length, flags)}`, flags };
    const modifiers = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (modifiers !== null) {
      const changed = withModifiers(flags, modifiers[1]!, modifiers[2] ?? "", (what) => this.#error(what));
      if (modifiers[3] === ":") return { source: `(?:${this.#inside(modifiers[0].length, changed)}`, flags };
      this.#at += modifiers[0].length;
      return { source: "", flags: changed };
    }
    if (rest.startsWith("(?")) throw this.#error(`${rest.slice(0, 4)} is not RE2 syntax`);
    return { source: `(${this.#inside(1, flags)}`, flags };
  }

  /** From behind a group's opening to behind its closing parenthesis. */
  #inside(opening: number, flags: Flags): string {
    this.#at += opening;
    const source = this.#alternatives(flags);
    if (this.#text[this.#at] !== ")") throw this.#error("missing )");
    this.#at += 1;
    return `${source})`;
  }

  #escapeOutside(flags: Flags): string {
    const escape = this.#escape();
    if ("class" in escape) return escape.class.length > 2 ? `[${escape.class}]` : escape.class;
    if ("raw" in escape) return escape.raw;
    return escape.text
      .split("")
      .map((ch) => literal(ch, flags))
      .join("");
  }

  /** `\x`: a class, an assertion, or text. */
  #escape(): { class: string } | { raw: string } | { text: string } {
    const ch = this.#text[this.#at + 1];
    if (ch === undefined) throw this.#error("a lone \\");
    this.#at += 2;
    const controls: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", a: "\x07" };
    if (controls[ch] !== undefined) return { text: controls[ch] };
    if ("dDwW".includes(ch)) return { class: `\\${ch}` };
    if (ch === "s") return { class: space };
    if (ch === "S") return { class: notSpace };
    if (ch === "b" || ch === "B") return { raw: `\\${ch}` };
    if (ch === "A") return { raw: "^" };
    if (ch === "z") return { raw: "$" };
    if (ch === "x") return { text: this.#hex() };
    if (ch === "Q") return { text: this.#quoted() };
    if (/[0-9A-Za-z]/.test(ch)) throw this.#error(`\\${ch} is not supported`);
    return { text: ch };
  }

  #hex(): string {
    const hex = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(this.#text.slice(this.#at));
    if (hex === null) throw this.#error("\\x without hex digits");
    this.#at += hex[0].length;
    return String.fromCharCode(Number.parseInt(hex[1] ?? hex[2]!, 16));
  }

  #quoted(): string {
    const end = this.#text.indexOf("\\E", this.#at);
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return text;
  }

  #bracket(flags: Flags): string {
    this.#at += 1;
    const negated = this.#text[this.#at] === "^";
    if (negated) this.#at += 1;
    const ranges: [number, number][] = [];
    let classes = "";
    for (let first = true; first || this.#text[this.#at] !== "]"; first = false) {
      if (this.#at >= this.#text.length) throw this.#error("missing ]");
      const named = /^\[:(\^?)(\w+):\]/.exec(this.#text.slice(this.#at));
      if (named !== null) {
        if (named[1] === "^" || posix[named[2]!] === undefined) throw this.#error(`${named[0]} is not supported`);
        classes += posix[named[2]!]!;
        this.#at += named[0].length;
        continue;
      }
      const low = this.#member();
      if (typeof low !== "number") {
        classes += low.class;
      } else if (this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]") {
        this.#at += 1;
        const high = this.#member();
        if (typeof high !== "number" || high < low) throw this.#error("a range that is none");
        ranges.push([low, high]);
      } else ranges.push([low, low]);
    }
    this.#at += 1;
    return `[${negated ? "^" : ""}${(flags.i ? bothCases(ranges) : ranges).map(rangeSource).join("")}${classes}]`;
  }

  #member(): number | { class: string } {
    if (this.#text[this.#at] !== "\\") return this.#text.charCodeAt(this.#at++);
    const escape = this.#escape();
    if ("class" in escape) return escape;
    if ("raw" in escape) throw this.#error(`${escape.raw} inside [ ]`);
    return escape.text.charCodeAt(0);
  }

  #error(what: string): SyntaxError {
    return new SyntaxError(`${what} at position ${this.#at}`);
  }
}

function withModifiers(flags: Flags, on: string, off: string, error: (what: string) => SyntaxError): Flags {
  const changed = { ...flags };
  for (const [names, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const name of names) {
      if (name === "U") throw error("(?U) is not supported");
      changed[name as "i" | "m" | "s"] = value;
    }
  }
  return changed;
}

function literal(ch: string, flags: Flags): string {
  if (flags.i && /[A-Za-z]/.test(ch)) return `[${ch.toLowerCase()}${ch.toUpperCase()}]`;
  return character(ch.charCodeAt(0), /[\\^$.*+?()[\]{}|/]/);
}

function rangeSource([low, high]: [number, number]): string {
  const end = (code: number): string => character(code, /[\\\]^[-]/);
  return low === high ? end(low) : `${end(low)}-${end(high)}`;
}

function character(code: number, special: RegExp): string {
  const ch = String.fromCharCode(code);
  if (special.test(ch)) return `\\${ch}`;
  if (code >= 0x20 && code <= 0x7e) return ch;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

function bothCases(ranges: readonly [number, number][]): [number, number][] {
  const all: [number, number][] = [...ranges];
  for (const [low, high] of ranges) {
    const overlap = (from: number, to: number, shift: number): void => {
      const start = Math.max(low, from);
      const end = Math.min(high, to);
      if (start <= end) all.push([start + shift, end + shift]);
    };
    overlap(0x61, 0x7a, -32);
    overlap(0x41, 0x5a, 32);
  }
  return all;
}
