/** Reads the value at a position in one of several notations: quoted, bare, rest of the line, text of an element. Every step is bounded. */
import { backslash, blankByte, cr, identifierByte, lessThan, lf, open, quoteByte, semicolon, spaceByte, tableOf } from "./bytes.ts";
import { longestBareValue, longestGap, longestValue } from "./bytes.ts";
import type { TextStyle } from "./text-style.ts";

export interface Value {
  /** A byte string, without quotes. */
  readonly value: string;
  /** Offset of the value in the buffer. */
  readonly start: number;
  readonly isQuoted: boolean;
  /** It is the first member of a list. */
  readonly isListed?: boolean;
}

/** Ends a bare value, unless that extends to the end of its line. */
const bareEnd = tableOf(" \t\r\n,;&\"'`)}]<>|\0");
const wordEnd = tableOf(" \t\r\n;&|\"'`)>\0");

/** `b"…"`, `@"…"`, `[]byte("…")`, `SecretStr("…")`, and what joins several: `concat!("…"`, `"".join(["…"`. */
const wrappers =
  /^(?:[bBrRuUfFN@$]{1,2}|(?:new\s+)?(?:[\w.]{0,30}(?:SecretStr(?:ing)?|SecureString|String|Some|byte|bytes|Buffer\.from|lit|to_string|quote|encode|b64decode|fromhex|decodeString|atob|Bytes|const_str|strdup|[Ss]tring\.[Cc]oncat))(?:<\w{1,12}>)?\(|\[\]byte\(|concat!\(\s{0,20}|(?:''|"")\.join\(\s{0,4}[[(]\s{0,20}|implode\((?:''|""),\s{0,4}(?:array\(|\[)\s{0,20}|\(\s{0,30})(?=["'`])/;
const innerElement = /^<(?:value|string|Value|stringValue|\w{1,20} name="Argument\.value")>\s{0,20}|^<!\[CDATA\[/;
/** A quote written as a character reference. */
const quoteEntity = /^&(?:quot|#34|apos|#39);/;

export class Cursor {
  at: number;
  readonly bytes: Buffer;
  readonly limit: number;
  readonly style: TextStyle;

  /** @param limit the end of the known bytes */
  constructor(bytes: Buffer, at: number, limit: number, style: TextStyle) {
    this.bytes = bytes;
    this.at = at;
    this.limit = limit;
    this.style = style;
  }

  byte(offset = 0): number {
    return this.at + offset < this.limit ? this.bytes[this.at + offset]! : 0;
  }

  ahead(count: number): string {
    return this.bytes.toString("latin1", this.at, Math.min(this.limit, this.at + count));
  }

  step(count: number): this {
    this.at += count;
    return this;
  }

  /** Skips at most `longestGap` bytes that are in the table. */
  skip(table: Uint8Array): number {
    const from = this.at;
    while (this.at < this.limit && this.at < from + longestGap && table[this.bytes[this.at]!] === 1) this.at += 1;
    return this.at - from;
  }

  /** Number of backslashes before a quote, in strings inside strings; 0 if no quote follows them. */
  escapesBeforeQuote(): number {
    let count = 0;
    while (count < 7 && this.byte(count) === backslash) count += 1;
    return quoteByte[this.byte(count)] === 1 ? count : 0;
  }

  /** A list member: a string, or a word alone on its line. */
  member(): Value | null {
    return quoteByte[this.byte()] === 1 || this.byte() === backslash ? this.quoted() : this.word(true);
  }

  /** A string literal, including prefixes and wrappers of the language. */
  literal(): Value | null {
    const isJoin = this.byte(2) === 0x2e && this.byte(1) === this.byte();
    if (!isJoin && (quoteByte[this.byte()] === 1 || this.byte() === backslash)) return this.quoted();
    const wrapped = this.#wrapper();
    return wrapped > 0 ? this.step(wrapped).quoted() : null;
  }

  #wrapper(): number {
    const ch = this.byte();
    if (identifierByte[ch] === 0 && quoteByte[ch] === 0 && ch !== 0x40 && ch !== 0x24 && ch !== 0x5b && ch !== open) return 0;
    return wrappers.exec(this.ahead(64))?.[0].length ?? 0;
  }

  /** A quoted string; its escapes stay as written. */
  quoted(): Value | null {
    const escapes = this.escapesBeforeQuote();
    if (escapes > 0) return this.#escapedQuoted(escapes);
    const quote = this.byte();
    if (quoteByte[quote] === 0) return null;
    if (this.byte(1) === quote && this.byte(2) === quote) this.at += 2;
    this.at += 1;
    return this.until(quote);
  }

  /** Everything up to the quote, on the same line. */
  until(quote: number): Value | null {
    const start = this.at;
    const most = Math.min(this.limit, start + longestValue);
    for (let at = start; at < most; at += 1) {
      const ch = this.bytes[at]!;
      if (ch === backslash) at += 1;
      else if (ch === quote) return this.#from(start, at, true);
      else if (ch === lf && quote !== 0x60) return null;
    }
    return null;
  }

  /** `\"v\"`: a string inside a string; `\\\"v\\\"` is nested once more. */
  #escapedQuoted(escapes: number): Value | null {
    const quote = this.byte(escapes);
    const start = this.at + escapes + 1;
    const most = Math.min(this.limit, start + longestValue);
    for (let at = start; at < most; at += 1) {
      const ch = this.bytes[at]!;
      if (ch !== quote && ch !== lf) continue;
      let end = at;
      while (end > start && end > at - escapes && this.bytes[end - 1] === backslash) end -= 1;
      return this.#from(start, end, true);
    }
    return null;
  }

  /** `&quot;v&quot;`: a string inside an element. Undefined if none begins here. */
  entityQuoted(): Value | null | undefined {
    const quote = this.byte() === 0x26 ? quoteEntity.exec(this.ahead(8))?.[0] : undefined;
    if (quote === undefined) return undefined;
    const start = this.at + quote.length;
    const end = this.bytes
      .toString("latin1", start, Math.min(this.limit, start + longestBareValue))
      .search(/&(?:quot|#34|apos|#39);|[\n<]/);
    return end < 0 ? null : this.#from(start, start + end, true);
  }

  /** The rest of the line, without a comment, and cut where another pair begins. */
  line(): Value | null {
    const start = this.at;
    const most = Math.min(this.limit, start + longestBareValue);
    let end = start;
    while (end < most && this.bytes[end] !== lf && this.bytes[end] !== cr) end += 1;
    let text = this.bytes.toString("latin1", start, end);
    const comment = /[ \t](?:#|\/\/|;)/.exec(text);
    if (comment !== null) text = text.slice(0, comment.index);
    const next = /[ \t,;&][ \t]?["']?[A-Za-z_][\w.-]*["']?[ \t]?[=:]/.exec(text);
    if (next !== null) text = text.slice(0, next.index);
    text = text.trimEnd().replace(/[,;]$/, "");
    // HOCON's `db { user = a⏎ password = v }`: the blocks end on the same line.
    if (!text.includes("{")) text = text.replace(/(?:[ \t]{1,8}\}){1,8}$/, "");
    return text === "" ? null : { value: text, start, isQuoted: false };
  }

  /** A bare word. `wholeLine`: nothing may follow it on the line. */
  word(wholeLine: boolean): Value | null {
    const ends = this.style === "shell" ? wordEnd : bareEnd;
    const start = this.at;
    const most = Math.min(this.limit, start + longestValue);
    let end = start;
    while (end < most && ends[this.bytes[end]!] === 0) {
      // A line break or a quote written as an escape also ends the value.
      if (this.bytes[end] === backslash && /["'nrt\\]/.test(String.fromCharCode(this.bytes[end + 1] ?? 0))) break;
      end += 1;
    }
    if (end === start) return null;
    if (!wholeLine) return this.#from(start, end, false);
    let rest = end;
    while (rest < most && (blankByte[this.bytes[rest]!] === 1 || this.bytes[rest] === semicolon)) rest += 1;
    return rest >= this.limit || this.bytes[rest] === lf || this.bytes[rest] === cr ? this.#from(start, end, false) : null;
  }

  /** The text of an element, or of one nested in it: `<value>v</value>`. */
  elementText(): Value | null {
    this.skip(spaceByte);
    const inner = this.byte() === lessThan ? innerElement.exec(this.ahead(60)) : null;
    if (inner !== null) this.at += inner[0].length;
    const start = this.at;
    const most = Math.min(this.limit, start + longestValue);
    let end = start;
    while (end < most && this.bytes[end] !== lessThan && this.bytes[end] !== lf && this.bytes[end] !== cr) end += 1;
    // `<your-token>⏎X=<your-token>`: what follows is not the end of the element.
    if (this.bytes[end] === lessThan && end + 1 < this.limit && !/[/!?]/.test(String.fromCharCode(this.bytes[end + 1]!))) return null;
    const text = this.bytes.toString("latin1", start, end).replace(/\]\]$/, "").trimEnd();
    return text === "" ? null : { value: text, start, isQuoted: true };
  }

  #from(start: number, end: number, isQuoted: boolean): Value | null {
    return end <= start ? null : { value: this.bytes.toString("latin1", start, end), start, isQuoted };
  }
}
