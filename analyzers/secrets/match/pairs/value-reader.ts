/** Reads what follows a name: recognises the notation, and finds the value in it. See `readPair`. */
import { backslash, bar, blankByte, brace, colon, comma, cr, dash, equals, greaterThan, lessThan, lf, open, slash } from "./bytes.ts";
import { identifierByte, quoteByte, spaceByte } from "./bytes.ts";
import {
  compoundOperator,
  continuedLine,
  listBegin,
  listedLine,
  tagOrAnchor,
  typeAfterBlank,
  typeAfterColon,
  valueInBraces,
  valueInLines,
  valueKey,
} from "./notations.ts";
import { isDefinition, lineBefore, lineStart, startsStatement } from "./line-before.ts";
import type { Cursor, Value } from "./cursor.ts";
import { elementValue, isTagPrefix, nextElementValue } from "./elements.ts";

export class ValueReader {
  readonly #cursor: Cursor;
  readonly #nameStart: number;
  readonly #isOption: boolean;
  /** The name was in quotes, like a key or an argument. */
  #closed = false;

  constructor(cursor: Cursor, nameStart: number) {
    this.#cursor = cursor;
    this.#nameStart = nameStart;
    this.#isOption = cursor.bytes[nameStart] === dash;
  }

  get #bare(): boolean {
    const { style } = this.#cursor;
    return style === "data" || style === "shell" || style === "notes";
  }

  #before(offset = 1): number {
    return this.#nameStart - offset >= 0 ? this.#cursor.bytes[this.#nameStart - offset]! : lf;
  }

  value(): Value | null {
    const cursor = this.#cursor;
    if (this.#before() === lessThan || (this.#before() === colon && isTagPrefix(cursor.bytes, this.#nameStart)))
      return elementValue(cursor);
    if (cursor.byte() === lessThan && cursor.byte(1) === slash) return nextElementValue(cursor);
    for (let i = 0; i < 3; i += 1) {
      const escaped = cursor.escapesBeforeQuote();
      const ch = cursor.byte(escaped);
      if (quoteByte[ch] === 1) this.#closed = true;
      else if (ch !== 0x5d && ch !== 0x29 && !this.#closesHash(ch)) break;
      cursor.step(escaped + 1);
    }
    const blanks = cursor.skip(blankByte);
    const ch = cursor.byte();
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
        return this.#afterComma();
      case open:
        return (this.#bare && cursor.style !== "shell") || this.#asks() ? null : this.#literalAfter(1);
      case brace:
        return this.#inBraces() ?? (blanks === 0 ? null : this.#afterBlank(ch));
      case lf:
      case cr:
        return this.#bare ? this.#nextValueKey() : null;
      case dash: // `"x" -> "v"`
        return this.#closed && cursor.byte(1) === greaterThan ? this.#literalAfter(2) : null;
      case lessThan: // R's `x <- "v"`
        return cursor.byte(1) === dash ? this.#literalAfter(2) : null;
      case greaterThan: // `<entry key="x">v</entry>`
        return this.#closed && cursor.style === "data" ? cursor.step(1).elementText() : null;
      default:
        return blanks === 0 ? null : this.#afterBlank(ch);
    }
  }

  /** `check_password("guess", hash)`: what is compared with a password need not be one. */
  #asks(): boolean {
    const { bytes, at } = this.#cursor;
    return /^(?:check|verify|validate|compare|match(?:es)?|is|has|test|assert)(?:_|(?=[A-Z]))/.test(
      bytes.toString("latin1", this.#nameStart, at),
    );
  }

  /** Perl's `$ENV{X} = "v"`. */
  #closesHash(ch: number): boolean {
    return ch === 0x7d && !this.#bare && this.#before() === brace && /^\}[ \t]{0,8}=[^=~]/.test(this.#cursor.ahead(12));
  }

  /** `=`, `==`, `=>`; not `=~`. */
  #afterEquals(): Value | null {
    const cursor = this.#cursor.step(1);
    while (cursor.byte() === equals || cursor.byte() === greaterThan) cursor.step(1);
    // `putenv("X=v")`, `["--x=v"]`: the pair is a string of the program.
    if (!this.#bare && !this.#closed && quoteByte[this.#before()] === 1 && identifierByte[cursor.byte()] === 1)
      return cursor.until(this.#before());
    if (!this.#bare && this.#isOption && identifierByte[cursor.byte()] === 1) return cursor.word(false);
    return this.#valueNext();
  }

  #afterColon(): Value | null {
    const cursor = this.#cursor.step(1);
    if (cursor.byte() === colon) {
      // Jsonnet's `x:: "v"` declares a hidden field; in programs `::` is followed by a name.
      if (cursor.byte(1) !== equals) return /^:[ \t]{1,4}["']/.test(cursor.ahead(6)) ? this.#literalAfter(1) : null;
      cursor.step(2);
      return this.#valueNext();
    }
    if (cursor.byte() === equals) {
      cursor.step(1);
      return this.#valueNext();
    }
    // psql's `PASSWORD :'variable'`
    if (cursor.style === "shell" && quoteByte[cursor.byte()] === 1 && blankByte[cursor.bytes[cursor.at - 2]!] === 1) return null;
    // `type="password" :placeholder="label"`: the next attribute.
    if (this.#closed && blankByte[cursor.bytes[cursor.at - 2]!] === 1 && /^[A-Za-z][\w.-]{0,60}=/.test(cursor.ahead(64))) return null;
    // `${X:-default}` and Spring's `${x:default}`; `${X:?message}` has no default.
    if (this.#before() === brace && this.#before(2) === 0x24) {
      if (cursor.byte() === dash) cursor.step(1);
      return cursor.byte() === 0x3f || cursor.byte() === 0x2b ? null : cursor.word(false);
    }
    // `password: str = "v"`: a type comes between.
    const from = cursor.at;
    cursor.skip(blankByte);
    if ((identifierByte[cursor.byte()] === 1 || cursor.byte() === 0x26) && !this.#bare) {
      const type = typeAfterColon.exec(cursor.ahead(60));
      return type === null ? this.#valueNext() : cursor.step(type[0].length).literal();
    }
    cursor.at = from;
    return this.#valueNext();
  }

  /** `?=`, `+=`, `||= v`; the default after `||` and `??`. A sum is not a value. */
  #afterCompound(): Value | null {
    const operator = compoundOperator.exec(this.#cursor.ahead(4))?.[0];
    if (operator === undefined) return null;
    if (!operator.endsWith("=")) return this.#bare ? null : this.#literalAfter(operator.length);
    this.#cursor.step(operator.length);
    return this.#valueNext();
  }

  /** `("name", "value")`, `{name: X, value: v}`, `-define(X, "v")`. A list of words looks like the first, so it is judged more strictly. */
  #afterComma(): Value | null {
    if (!this.#closed && !this.#bare && !isDefinition(this.#cursor.bytes, this.#nameStart)) return null;
    const cursor = this.#cursor.step(1);
    cursor.skip(spaceByte);
    const named = this.#valueKey();
    if (named !== null) return named;
    // Erlang's `{x, "v"}` and `{x, <<"v">>}` in configuration; `["--x", "v"]` of a configured command.
    if (cursor.style === "data" && this.#closed === this.#isOption && (this.#isOption || this.#before() === brace))
      return cursor.byte(1) === dash ? null : cursor.step(cursor.ahead(2) === "<<" ? 2 : 0).quoted();
    if (this.#bare && cursor.style !== "shell") return null;
    const literal = cursor.quoted();
    // `'tokens', 'expire' => 60`: a list member, and the key of the next one.
    if (literal !== null && this.#isKey(literal)) return null;
    // In a shell script it belongs to a quoted program: `php -r "define('X', 'v')"`.
    if (literal === null || (cursor.style === "shell" && !/\d/.test(literal.value))) return null;
    return /[([{][^\S\n]*["'`]?$/.test(lineBefore(cursor.bytes, this.#nameStart)) ? literal : { ...literal, isListed: true };
  }

  #literalAfter(count: number): Value | null {
    this.#cursor.step(count).skip(spaceByte);
    return this.#cursor.quoted();
  }

  /** `x v`: an option, a directive, `#define X "v"`, `<a name="x" value="v"/>`. */
  #afterBlank(ch: number): Value | null {
    const named = this.#valueKey();
    if (named !== null) return named;
    const cursor = this.#cursor;
    if (quoteByte[ch] === 1) {
      const isMeant =
        this.#isOption ||
        this.#before() === colon ||
        this.#bare ||
        isDefinition(this.#cursor.bytes, this.#nameStart) ||
        startsStatement(cursor.bytes, this.#nameStart);
      return isMeant ? cursor.quoted() : null;
    }
    if (!this.#bare) {
      // Objective-C's `#define X @"v"`
      if (ch === 0x40 && isDefinition(this.#cursor.bytes, this.#nameStart)) return cursor.literal();
      const typed = typeAfterBlank.exec(cursor.ahead(64));
      return typed === null ? null : cursor.step(typed[0].length).literal();
    }
    // `Pass --region`: a sentence about an option.
    return cursor.style === "data" && ch !== dash && (this.#isOption || this.#startsLine()) ? cursor.word(!this.#isOption) : null;
  }

  /** A value after an operator. */
  #valueNext(): Value | null {
    const isLineStart = this.#startsLine();
    const cursor = this.#cursor;
    // `-passout pass: -keyout k`: the next option.
    const blanks = cursor.skip(blankByte);
    if (blanks > 0 && cursor.style === "shell" && cursor.byte() === dash) return null;
    if (cursor.style === "data" && (cursor.byte() === 0x21 || cursor.byte() === 0x26))
      cursor.step(tagOrAnchor.exec(cursor.ahead(60))?.[0].length ?? 0);
    if (this.#bare && cursor.byte() === backslash) cursor.step(continuedLine.exec(cursor.ahead(60))?.[0].length ?? 0);
    const ch = cursor.byte();
    if (ch === lf || ch === cr) return this.#onNextLine();
    if (ch === 0x5b) return this.#listed(listBegin) ?? cursor.literal();
    if (ch === brace) return this.#inBraces();
    // Erlang's maps: `x => <<"v">>`.
    if (ch === lessThan && /^<<\s?"[^"\\\n]{1,300}"(?:\/utf8)?>>/.test(cursor.ahead(320))) return cursor.step(2).literal();
    const literal = cursor.literal();
    // Java's properties may write characters as `\u0041`.
    const isEscape = ch === backslash && cursor.style === "data" && cursor.byte(1) === 0x75;
    if (literal !== null || quoteByte[ch] === 1 || (ch === backslash && !isEscape)) return literal;
    const entity = cursor.entityQuoted();
    if (entity !== undefined) return entity;
    if (!this.#bare) return null;
    if (cursor.style === "data" && (ch === bar || ch === greaterThan)) return this.#block();
    if (cursor.style === "notes") return cursor.word(true) ?? (cursor.bytes[cursor.at - 1] === equals ? cursor.word(false) : null);
    if (cursor.style === "data" && isLineStart && !this.#closed) return cursor.line();
    // `PASS = echo x` in a Makefile is a command.
    const word = cursor.word(blanks > 0 && cursor.style === "shell" && !this.#closed && cursor.bytes[cursor.at - blanks - 1] === equals);
    // A number in JSON; a password would be a string.
    return this.#closed && word !== null && /^\d{1,6}$/.test(word.value) ? null : word;
  }

  #inBraces(): Value | null {
    const found = this.#bare ? valueInBraces.exec(this.#cursor.ahead(300)) : null;
    return found === null ? null : this.#valueBehind(found[0].length);
  }

  #valueBehind(count: number): Value | null {
    const cursor = this.#cursor.step(count);
    if (cursor.style === "data" && /^[|>][-+\d]{0,2}\r?\n/.test(cursor.ahead(5))) return this.#block();
    return quoteByte[cursor.byte()] === 1 || cursor.byte() === backslash ? cursor.quoted() : this.#bare ? cursor.word(false) : null;
  }

  /** YAML's block scalars: the first line of the block. */
  #block(): Value | null {
    const cursor = this.#cursor.step(1);
    while (cursor.byte() === dash || cursor.byte() === 0x2b || (cursor.byte() >= 0x30 && cursor.byte() <= 0x39)) cursor.step(1);
    return this.#onNextLine();
  }

  /** The first member of a list. */
  #listed(begin: RegExp): Value | null {
    const found = begin.exec(this.#cursor.ahead(100));
    const value = found === null ? null : this.#cursor.step(found[0].length).member();
    return value === null || this.#isKey(value) ? null : { ...value, isListed: true };
  }

  /** A value alone on the line after its name, indented, or a default stated in a block. */
  #onNextLine(): Value | null {
    const cursor = this.#cursor;
    const isData = cursor.style === "data";
    const stated = isData ? valueInLines.exec(cursor.ahead(400)) : null;
    if (stated !== null) return this.#valueBehind(stated[0].length);
    if (isData && listedLine.test(cursor.ahead(60))) return this.#listed(listedLine);
    cursor.skip(spaceByte);
    if (quoteByte[cursor.byte()] === 1) return cursor.quoted();
    if (!isData || cursor.bytes[cursor.at - 1] === lf) return null;
    const value = cursor.word(true);
    return value === null || /:$|[:=]./.test(value.value) ? null : value;
  }

  /** `- name: X⏎    value: v`. */
  #nextValueKey(): Value | null {
    this.#cursor.skip(spaceByte);
    return this.#valueKey();
  }

  #valueKey(): Value | null {
    const key = valueKey.exec(this.#cursor.ahead(48));
    return key === null ? null : this.#valueBehind(key[0].length);
  }

  #startsLine(): boolean {
    return lineStart.test(lineBefore(this.#cursor.bytes, this.#nameStart));
  }

  /** Whether a string is followed by a sign that makes it a key. */
  #isKey({ value, start, isQuoted }: Value): boolean {
    if (!isQuoted) return false;
    const behind = start + value.length;
    return /^\\*["'`]\s{0,8}(?:=>|:)/.test(this.#cursor.bytes.toString("latin1", behind, Math.min(this.#cursor.limit, behind + 16)));
  }
}
