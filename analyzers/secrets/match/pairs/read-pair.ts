/**
 * Reads `name = value` around a word that a secret's name holds, in the notations of configuration files, shells, markup and programs:
 *
 *     X=v   x: v   "x": "v"   x => 'v'   x := "v"   x: string = "v"   ("x", "v")   .x("v")   --x v   #define X "v"
 *     <x>v</x>   <a key="x" value="v"/>   <key>x</key><string>v</string>   - name: x⏎  value: v   requirepass v
 *
 * It works on bytes and looks at a bounded number of them, so its time is bounded too; most words fail at the first byte behind the name.
 */
import type { TextStyle } from "./text-style.ts";

export interface Pair {
  readonly name: string;
  /** A byte string, without quotes. */
  readonly value: string;
  /** Offset of the value in the buffer. */
  readonly start: number;
  readonly isQuoted: boolean;
  /** It stands behind a comment sign at the begin of its line, or inside a comment of markup. */
  readonly comment: "line" | "markup" | null;
}

const bytesOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (const ch of characters) table[ch.charCodeAt(0)] = 1;
  return table;
};
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const nameByte = bytesOf(`${letters}0123456789_.-`);
const identifierByte = bytesOf(`${letters}0123456789_`);
const quoteByte = bytesOf("\"'`");
const blankByte = bytesOf(" \t");
const spaceByte = bytesOf(" \t\r\n");
/** Where a bare value ends that does not reach to the end of its line. */
const bareEnd = bytesOf(" \t\r\n,;&\"'`)}]<>|\0");
const wordEnd = bytesOf(" \t\r\n;&|\"'`)>\0");

const longestName = 80;
const longestGap = 60;
const longestValue = 2000;
const longestBareValue = 600;

const [lf, cr, equals, colon, comma, open, backslash, lessThan, greaterThan, dash, slash, semicolon, bar] = [
  0x0a, 0x0d, 0x3d, 0x3a, 0x2c, 0x28, 0x5c, 0x3c, 0x3e, 0x2d, 0x2f, 0x3b, 0x7c,
] as const;

/** Where the name ends that holds the word at [start, end). */
export function nameEndAt(bytes: Uint8Array, end: number, limit: number): number {
  const most = Math.min(limit, end + longestName);
  let at = end;
  while (at < most && nameByte[bytes[at]!] === 1) at += 1;
  // `->` and a full stop belong to the sentence.
  while (at > end && (bytes[at - 1] === 0x2e || bytes[at - 1] === dash)) at -= 1;
  return at;
}

/** 1: an operator; 2: may stand between the name and one; 3: begins a bare word. */
const followsName = bytesOf("=:,(<>?|+.\r\n");
for (const ch of " \t\"'`])\\") followsName[ch.charCodeAt(0)] = 2;
for (const ch of `${letters}0123456789/$`) followsName[ch.charCodeAt(0)] = 3;

/** A cheap look at what follows the name; false where no value can. Behind a blank, a bare word is one in configuration only. */
export function mayHaveValue(bytes: Uint8Array, nameEnd: number, limit: number, style: TextStyle): boolean {
  let at = nameEnd;
  while (at < limit && at < nameEnd + 4 && followsName[bytes[at]!] === 2) at += 1;
  if (at >= limit) return false;
  const sign = followsName[bytes[at]!]!;
  return sign === 3 ? at > nameEnd && style !== "shell" : sign !== 0;
}

/** The pair whose name holds the word at [start, end); null when there is none. `limit` is where the known bytes end. */
export function readPair(bytes: Buffer, start: number, nameEnd: number, limit: number, style: TextStyle): Pair | null {
  let nameStart = start;
  const least = Math.max(0, start - longestName);
  while (nameStart > least && nameByte[bytes[nameStart - 1]!] === 1) nameStart -= 1;
  // The `n` of an escaped line break is not the name's.
  if (nameStart < start && bytes[nameStart - 1] === backslash && /[nrt]/.test(String.fromCharCode(bytes[nameStart]!))) nameStart += 1;
  const isOption = bytes[nameStart] === dash;
  const reader = new Reader(bytes, limit, style, nameStart, nameEnd, isOption);
  const found = reader.value();
  if (found === null) return null;
  while (nameStart < nameEnd && (bytes[nameStart] === dash || bytes[nameStart] === 0x2e)) nameStart += 1;
  return { name: bytes.toString("latin1", nameStart, nameEnd), comment: reader.comment(), ...found };
}

type Value = Pick<Pair, "value" | "start" | "isQuoted">;

class Reader {
  readonly #bytes: Buffer;
  readonly #limit: number;
  readonly #style: TextStyle;
  readonly #nameStart: number;
  readonly #isOption: boolean;
  #at: number;
  /** The name stood in quotes, as keys and arguments do. */
  #closed = false;

  constructor(bytes: Buffer, limit: number, style: TextStyle, nameStart: number, nameEnd: number, isOption: boolean) {
    this.#bytes = bytes;
    this.#limit = limit;
    this.#style = style;
    this.#nameStart = nameStart;
    this.#at = nameEnd;
    this.#isOption = isOption;
  }

  get #bare(): boolean {
    return this.#style === "data" || this.#style === "shell" || this.#style === "notes";
  }

  #byte(offset = 0): number {
    return this.#at + offset < this.#limit ? this.#bytes[this.#at + offset]! : 0;
  }

  #before(offset = 1): number {
    return this.#nameStart - offset >= 0 ? this.#bytes[this.#nameStart - offset]! : lf;
  }

  /** Steps over at most `longestGap` bytes of the table. */
  #skip(table: Uint8Array): number {
    const from = this.#at;
    while (this.#at < this.#limit && this.#at < from + longestGap && table[this.#bytes[this.#at]!] === 1) this.#at += 1;
    return this.#at - from;
  }

  value(): Value | null {
    if (this.#before() === lessThan || (this.#before() === colon && this.#isTagPrefix())) return this.#element();
    if (this.#byte() === lessThan && this.#byte(1) === slash) return this.#nextElement();
    for (let i = 0; i < 3; i += 1) {
      const escaped = this.#byte() === backslash && quoteByte[this.#byte(1)] === 1 ? 1 : 0;
      const ch = this.#byte(escaped);
      if (quoteByte[ch] === 1) this.#closed = true;
      else if (ch !== 0x5d && ch !== 0x29) break;
      this.#at += escaped + 1;
    }
    const blanks = this.#skip(blankByte);
    const ch = this.#byte();
    switch (ch) {
      case equals:
        return this.#afterEquals();
      case colon:
        return this.#afterColon();
      case 0x3f: // ?=
      case bar: // ||=, || "default"
      case 0x2b: // +=
      case 0x2e: // .=
        return this.#afterCompound();
      case comma:
        return this.#closed ? this.#argument() : null;
      case open:
        return this.#bare && this.#style !== "shell" ? null : this.#step(1).#literalNext();
      case lf:
      case cr:
        return this.#bare ? this.#nextValueKey() : null;
      case 0x2d: // ->
        return null;
      default:
        return blanks === 0 ? null : this.#afterBlank(ch);
    }
  }

  #step(count: number): this {
    this.#at += count;
    return this;
  }

  /** `=`, `==`, `=>`; not `=~`. */
  #afterEquals(): Value | null {
    this.#at += 1;
    while (this.#byte() === equals || this.#byte() === greaterThan) this.#at += 1;
    return this.#valueNext();
  }

  #afterColon(): Value | null {
    this.#at += 1;
    if (this.#byte() === colon) return this.#byte(1) === equals ? this.#step(2).#valueNext() : null;
    if (this.#byte() === equals) return this.#step(1).#valueNext();
    // `${X:-default}`
    if (this.#before() === 0x7b && this.#before(2) === 0x24) return this.#step(1).#word(false);
    // `password: str = "v"`: a type stands between.
    const from = this.#at;
    this.#skip(blankByte);
    if ((identifierByte[this.#byte()] === 1 || this.#byte() === 0x26) && !this.#bare) {
      const type = /^[&A-Za-z_][\w.<>[\]?|&' ]{0,40}=[ \t]*(?=["'`])/.exec(
        this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 60)),
      );
      if (type === null) return this.#valueNext();
      this.#at += type[0].length;
      return this.#quoted();
    }
    this.#at = from;
    return this.#valueNext();
  }

  #afterCompound(): Value | null {
    for (let i = 0; i < 3; i += 1) {
      if (this.#byte() === equals) return this.#step(1).#valueNext();
      if (i === 2 && !this.#bare) return this.#literalNext();
      this.#at += 1;
    }
    return null;
  }

  /** `("name", "value")`. A list of words looks the same: the judge asks more of it. */
  #argument(): Value | null {
    this.#at += 1;
    this.#skip(spaceByte);
    // `{"name": "X", "value": "v"}`
    const named = this.#valueKey();
    return named ?? (this.#bare ? null : this.#quoted());
  }

  #literalNext(): Value | null {
    this.#skip(spaceByte);
    return this.#quoted();
  }

  /** `x v`: an option, a directive, `#define X "v"`, `<a name="x" value="v"/>`. */
  #afterBlank(ch: number): Value | null {
    const named = this.#valueKey();
    if (named !== null) return named;
    if (quoteByte[ch] === 1) {
      const sign = this.#before();
      if (this.#isOption || sign === colon || this.#bare || this.#isDefine()) return this.#quoted();
      return null;
    }
    // Go's `var x string = "v"`.
    if (!this.#bare) {
      const typed = /^[A-Za-z_][\w.*[\]]{0,30}[ \t]{1,4}=[ \t]{0,4}(?=["`])/.exec(
        this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 48)),
      );
      return typed === null ? null : this.#step(typed[0].length).#quoted();
    }
    if (this.#style === "data" && this.#startsLine()) return this.#word(true);
    return null;
  }

  #isDefine(): boolean {
    const from = Math.max(0, this.#nameStart - 12);
    return /(?:#\s*define|-define\(|export|const|def|let|set)\s+$/.test(this.#bytes.toString("latin1", from, this.#nameStart));
  }

  /** A value behind an operator. */
  #valueNext(): Value | null {
    const isLineStart = this.#startsLine();
    this.#skip(blankByte);
    const ch = this.#byte();
    if (ch === lf || ch === cr) return this.#onNextLine();
    if (quoteByte[ch] === 1 || ch === backslash) return this.#quoted();
    // `b"…"`, `@"…"`, `[]byte("…")`, `SecretStr("…")`
    const wrapped = this.#wrapper();
    if (wrapped > 0) return this.#step(wrapped).#quoted();
    if (!this.#bare) return null;
    if (this.#style === "data" && (ch === bar || ch === greaterThan)) return this.#block();
    if (this.#style === "notes") return isLineStart ? this.#word(true) : null;
    if (this.#style === "data" && isLineStart && !this.#closed) return this.#line();
    return this.#word(false);
  }

  static readonly #wrappers =
    /^(?:[bBrRuUfFN@$]{1,2}|(?:new\s+)?(?:[\w.]{0,30}(?:SecretStr(?:ing)?|SecureString|String|byte|bytes|Buffer\.from|lit|to_string|quote|encode|b64decode|decodeString|atob|Bytes|const_str|strdup))(?:<\w{1,12}>)?\(|\[\]byte\(|\()(?=["'`])/;

  #wrapper(): number {
    const ch = this.#byte();
    if (identifierByte[ch] === 0 && ch !== 0x40 && ch !== 0x24 && ch !== 0x5b && ch !== open) return 0;
    const text = this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 64));
    return Reader.#wrappers.exec(text)?.[0].length ?? 0;
  }

  /** A quoted string; its escapes stay as they are written. */
  #quoted(): Value | null {
    if (this.#byte() === backslash && quoteByte[this.#byte(1)] === 1) return this.#escapedQuoted();
    const quote = this.#byte();
    if (quoteByte[quote] === 0) return null;
    if (this.#byte(1) === quote && this.#byte(2) === quote) this.#at += 2;
    const start = this.#at + 1;
    const most = Math.min(this.#limit, start + longestValue);
    for (let at = start; at < most; at += 1) {
      const ch = this.#bytes[at]!;
      if (ch === backslash) at += 1;
      else if (ch === quote) return this.#from(start, at, true);
      else if (ch === lf && quote !== 0x60) return null;
    }
    return null;
  }

  /** `\"v\"`: a string inside a string. */
  #escapedQuoted(): Value | null {
    const quote = this.#byte(1);
    const start = this.#at + 2;
    const most = Math.min(this.#limit, start + longestValue);
    for (let at = start; at < most; at += 1) {
      const ch = this.#bytes[at]!;
      if (ch === quote || ch === lf) return this.#from(start, this.#bytes[at - 1] === backslash ? at - 1 : at, true);
    }
    return null;
  }

  /** To the end of the line, without a comment; cut where another pair begins. */
  #line(): Value | null {
    const start = this.#at;
    const most = Math.min(this.#limit, start + longestBareValue);
    let end = start;
    while (end < most && this.#bytes[end] !== lf && this.#bytes[end] !== cr) end += 1;
    let text = this.#bytes.toString("latin1", start, end);
    const comment = /[ \t](?:#|\/\/|;)/.exec(text);
    if (comment !== null) text = text.slice(0, comment.index);
    const next = /[ \t,;&][ \t]?["']?[A-Za-z_][\w.-]*["']?[ \t]?[=:]/.exec(text);
    if (next !== null) text = text.slice(0, next.index);
    text = text.trimEnd().replace(/[,;]$/, "");
    return text === "" ? null : { value: text, start, isQuoted: false };
  }

  /** A bare word. `wholeLine`: nothing may follow it. */
  #word(wholeLine: boolean): Value | null {
    const ends = this.#style === "shell" ? wordEnd : bareEnd;
    const start = this.#at;
    const most = Math.min(this.#limit, start + longestValue);
    let end = start;
    while (end < most && ends[this.#bytes[end]!] === 0) {
      // A line break or a quote written as an escape ends the value too.
      if (this.#bytes[end] === backslash && /["'nrt\\]/.test(String.fromCharCode(this.#bytes[end + 1] ?? 0))) break;
      end += 1;
    }
    if (end === start) return null;
    if (!wholeLine) return this.#from(start, end, false);
    let rest = end;
    while (rest < most && (blankByte[this.#bytes[rest]!] === 1 || this.#bytes[rest] === semicolon)) rest += 1;
    return rest >= this.#limit || this.#bytes[rest] === lf || this.#bytes[rest] === cr ? this.#from(start, end, false) : null;
  }

  /** YAML's block scalars: the first line of the block. */
  #block(): Value | null {
    this.#at += 1;
    while (this.#byte() === dash || this.#byte() === 0x2b || (this.#byte() >= 0x30 && this.#byte() <= 0x39)) this.#at += 1;
    return this.#onNextLine();
  }

  /** A value that stands alone on the line after its name, further in. */
  #onNextLine(): Value | null {
    this.#skip(spaceByte);
    if (quoteByte[this.#byte()] === 1) return this.#quoted();
    if (this.#style !== "data" || this.#bytes[this.#at - 1] === lf) return null;
    const value = this.#word(true);
    return value === null || /[:=]/.test(value.value.slice(0, -1)) ? null : value;
  }

  /** `- name: X⏎    value: v`. */
  #nextValueKey(): Value | null {
    this.#skip(spaceByte);
    return this.#valueKey();
  }

  /** `value: v`, `"value": "v"`, `value="v"`. */
  #valueKey(): Value | null {
    const text = this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 40));
    const key = /^\\?["']?(?:value|Value|VALUE|content|default|string_value|stringValue)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}/.exec(text);
    if (key === null) return null;
    this.#at += key[0].length;
    if (quoteByte[this.#byte()] === 1 || this.#byte() === backslash) return this.#quoted();
    return this.#bare ? this.#word(false) : null;
  }

  #isTagPrefix(): boolean {
    let at = this.#nameStart - 2;
    const least = Math.max(0, at - 20);
    while (at > least && identifierByte[this.#bytes[at]!] === 1) at -= 1;
    return at >= 0 && this.#bytes[at] === lessThan;
  }

  /** `<x a="b">v</x>` */
  #element(): Value | null {
    const most = Math.min(this.#limit, this.#at + 200);
    while (this.#at < most && this.#bytes[this.#at] !== greaterThan) {
      if (this.#bytes[this.#at] === lessThan || this.#bytes[this.#at] === lf) return null;
      this.#at += 1;
    }
    if (this.#byte() !== greaterThan || this.#bytes[this.#at - 1] === slash) return null;
    this.#at += 1;
    return this.#elementText();
  }

  /** `<key>x</key><string>v</string>`, `<name>x</name><value>v</value>` */
  #nextElement(): Value | null {
    const text = this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 120));
    const opening = /^<\/[\w:.-]{1,20}>\s{0,40}<[\w:.-]{1,20}>/.exec(text);
    if (opening === null) return null;
    this.#at += opening[0].length;
    return this.#elementText();
  }

  #elementText(): Value | null {
    this.#skip(spaceByte);
    if (this.#bytes.toString("latin1", this.#at, Math.min(this.#limit, this.#at + 9)) === "<![CDATA[") this.#at += 9;
    const start = this.#at;
    const most = Math.min(this.#limit, start + longestValue);
    let end = start;
    while (end < most && this.#bytes[end] !== lessThan && this.#bytes[end] !== lf && this.#bytes[end] !== cr) end += 1;
    const text = this.#bytes.toString("latin1", start, end).replace(/\]\]$/, "").trimEnd();
    return text === "" ? null : { value: text, start, isQuoted: true };
  }

  #from(start: number, end: number, isQuoted: boolean): Value | null {
    return end <= start ? null : { value: this.#bytes.toString("latin1", start, end), start, isQuoted };
  }

  /** Only blanks, list and comment signs, `export` and quotes stand before the name on its line. */
  #startsLine(): boolean {
    return /^(?:[ \t]|[-*#;]|\/\/|["']|\xef\xbb\xbf|export |set |setenv |env |ENV |ARG |SetEnv |(?:fastcgi|uwsgi|scgi)_param )*$/.test(
      this.#lineBefore(),
    );
  }

  comment(): Pair["comment"] {
    if (/^[ \t]*(?:#(?!define)|;|\/\/|--[ \t]|\*[ \t])/.test(this.#lineBefore())) return "line";
    const near = this.#bytes.toString("latin1", Math.max(0, this.#nameStart - 1000), this.#nameStart);
    return near.lastIndexOf("<!--") > near.lastIndexOf("-->") ? "markup" : null;
  }

  #lineBefore(): string {
    const from = Math.max(0, this.#nameStart - 120);
    const before = this.#bytes.toString("latin1", from, this.#nameStart);
    const lineStart = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
    return lineStart === 0 && from > 0 ? "…" : before.slice(lineStart);
  }
}

/** Bytes that `readPair` looks at before and after the start of the word. */
export const pairBefore = 1100;
export const pairAfter = longestName + longestGap * 3 + longestValue + 200;
