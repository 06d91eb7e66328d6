/**
 * Runs rules over texts one after another, as streams in chunks of any size. Every byte goes through the keyword automaton once; rules run
 * on windows around keywords. A buffer bounds memory, and budgets bound time; what they cut short is reported.
 */
import { mayBeName } from "../assignment.ts";
import type { CompiledKeyword, CompiledRules } from "../compile-rules.ts";
import { contextBytes, lineAround } from "./lines.ts";
import type { Located } from "./located-match.ts";
import { matchNamed, matchPacked, matchToken } from "../match-rule.ts";
import type { RuleMatch } from "../match-rule.ts";
import { mostAtOnce } from "./keyword-automaton.ts";
import { countNewlines } from "./newlines.ts";
import { longestValue, quoteByte } from "../pairs/bytes.ts";
import { piecesFrom } from "../pairs/pieces.ts";
import { hasPrefix, isWorthTrying } from "./quick-check.ts";
import { judgePair } from "../pairs/judge-pair.ts";
import type { ByForm } from "../pairs/judge-pair.ts";
import { mayHaveValue, nameEndAt, readPair } from "../pairs/read-pair.ts";
import type { TextStyle } from "../pairs/text-style.ts";
import type { RuleClock } from "../user/rule-clock.ts";

/** Bytes that are scanned together; windows extend beyond the ends of a block. */
const blockBytes = 256 * 1024;
/** How many hits of a file are kept. */
export const maxHits = 1000;
/** A NUL among this many first bytes makes a file binary, as in git and grep. */
const sniffBytes = 8000;

/**
 * Budget for the bytes of windows that rules may read in a file: at least this floor, which real files never come near, and for large files
 * a multiple of the size. Deterministic, so that a cached result equals a fresh one.
 */
const windowFloor = 24 * 1024 * 1024;
const windowFactor = 8;
/** The share of a single rule. */
const ruleShare = 0.5;

interface Pending {
  readonly keyword: CompiledKeyword;
  /** Offset in the buffer after the keyword's last byte. */
  readonly end: number;
}

export class StreamScanner {
  readonly #rules: CompiledRules;
  readonly #overlap: number;
  /** Created once a file comes in several chunks. */
  #room: Buffer | null = null;
  #path = "";
  #size = 0;
  /** Bytes of the file before the buffer's first byte. */
  #base = 0;
  #filled = 0;
  #scanned = 0;
  #state = 0;
  #linesBefore = 0;
  #binary = false;
  #pending: Pending[] = [];
  #matches: Located[] = [];
  /** File offsets where the last match of each rule or named keyword ended; keywords inside it are not tried again. */
  readonly #tokenUntil: Float64Array;
  readonly #namedUntil: Float64Array;
  #spent = 0;
  readonly #clock: RuleClock;
  readonly #byForm: ByForm;
  readonly #spentByRule: Float64Array;
  /** Null if its pairs are not the image's own. */
  #style: TextStyle | null = null;
  #pairUntil = 0;
  cutShort: string | null = null;

  /** @param byForm judges values that are written in pieces or with escapes */
  constructor(rules: CompiledRules, clock: RuleClock, byForm: ByForm) {
    this.#rules = rules;
    this.#byForm = byForm;
    this.#clock = clock;
    this.#overlap = rules.reachBefore + rules.reachAfter;
    this.#tokenUntil = new Float64Array(rules.rules.length);
    this.#spentByRule = new Float64Array(rules.rules.length);
    this.#namedUntil = new Float64Array(rules.keywords.length);
  }

  get #buffer(): Buffer {
    return (this.#room ??= Buffer.allocUnsafeSlow(blockBytes + this.#overlap));
  }

  /** Begins a text: its path (a byte string), its bytes as far as known, and how it writes `name = value`. */
  begin(path: string, size: number, style: TextStyle | null): void {
    this.#path = path.replace(/^(?:\.?\/)+/, "");
    this.#size = size;
    this.#base = this.#filled = this.#scanned = this.#state = this.#linesBefore = 0;
    this.#binary = false;
    this.#pending = [];
    this.#matches = [];
    this.#tokenUntil.fill(0);
    this.#namedUntil.fill(0);
    this.#spent = 0;
    this.#spentByRule.fill(0);
    this.#style = style;
    this.#pairUntil = 0;
    this.cutShort = null;
  }

  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#base === 0 && this.#filled === 0) this.#binary = chunk.subarray(0, sniffBytes).includes(0);
    if (this.#base === 0 && this.#filled === 0 && chunk.length === this.#size) {
      this.#scan(chunk, chunk.length, true);
      this.#base = chunk.length;
      return;
    }
    const buffer = this.#buffer;
    for (let from = 0; from < chunk.length;) {
      const bytes = Math.min(chunk.length - from, buffer.length - this.#filled);
      chunk.copy(buffer, this.#filled, from, from + bytes);
      this.#filled += bytes;
      from += bytes;
      if (this.#filled === buffer.length) {
        this.#scan(buffer, this.#filled, false);
        this.#slide();
      }
    }
  }

  /** There was a NUL among the first bytes: no lines, no pairs. */
  get isBinary(): boolean {
    return this.#binary;
  }

  /** Ends the text and returns all matches, several of them possibly at one place. */
  end(): Located[] {
    if (this.#filled > 0) this.#scan(this.#buffer, this.#filled, true);
    this.#filled = 0;
    const matches = this.#matches;
    this.#matches = [];
    return matches;
  }

  /** Continues the automaton where it stopped; `final` means that no bytes follow. */
  #scan(buffer: Buffer, length: number, final: boolean): void {
    if (this.#pending.length > 0) {
      const waiting = this.#pending;
      this.#pending = [];
      for (const { keyword, end } of waiting) this.#found(keyword, buffer, end, length, final);
    }
    const { automaton, keywords } = this.#rules;
    for (let from = this.#scanned; from < length; from += mostAtOnce) {
      const places = automaton.find(buffer, from, Math.min(from + mostAtOnce, length), this.#state);
      this.#state = automaton.state;
      for (let place = 0; place < places; place += 1) {
        const end = automaton.ends[place]!;
        for (const index of automaton.keywordsAt(automaton.states[place]!)) this.#found(keywords[index]!, buffer, end, length, final);
      }
    }
    this.#scanned = length;
    this.#countLines(buffer, length, final);
  }

  #found(keyword: CompiledKeyword, buffer: Buffer, end: number, length: number, final: boolean): void {
    const start = end - keyword.text.length;
    if (!final && start + this.#rules.reachAfter > length) {
      this.#pending.push({ keyword, end });
      return;
    }
    if (
      keyword.named.length > 0 &&
      !this.#binary &&
      mayBeName(buffer, start, end) &&
      this.#base + start >= this.#namedUntil[keyword.index]!
    ) {
      const match = matchNamed(keyword, buffer, start, end, length);
      if (match !== null) this.#namedUntil[keyword.index] = this.#add(match, buffer, length);
    }
    if (keyword.isSecretWord && this.#style !== null && !this.#binary && this.#base + start >= this.#pairUntil)
      this.#readPair(buffer, start, end, length);
    if (this.#isProgram && keyword.tokens.length > 0) this.#readPieces(keyword, buffer, start, length);
    for (const compiled of keyword.tokens) {
      const { index, quick } = compiled;
      if (this.#binary ? compiled.rule.inBinaries === false : compiled.rule.inTexts === false) continue;
      if (!isWorthTrying(quick, buffer, start, end, length)) continue;
      if (this.#base + start < this.#tokenUntil[index]!) continue;
      if (compiled.path !== null && !compiled.path.test(this.#path)) continue;
      const isOwn = compiled.rule.userAllow !== undefined;
      if (!isOwn && !this.#afford(index, compiled.before + compiled.after)) continue;
      const match = isOwn
        ? this.#clock.run(compiled.rule, () => matchToken(compiled, buffer, start, length))
        : (matchToken(compiled, buffer, start, length) ?? (this.#binary ? matchPacked(compiled, buffer, start, length) : null));
      if (match !== null) this.#tokenUntil[index] = this.#add(match, buffer, length);
    }
  }

  get #isProgram(): boolean {
    return !this.#binary && (this.#style === "code" || this.#style === "settings");
  }

  /** `"ghp_x" + "yz"`: a token that begins with its keyword and continues in the next literal, whatever it is assigned to. */
  #readPieces(keyword: CompiledKeyword, buffer: Buffer, start: number, length: number): void {
    const quote = buffer[start - 1] ?? 0;
    if (quoteByte[quote] === 0 || !keyword.tokens.some(({ quick }) => hasPrefix(quick, buffer, start))) return;
    const end = buffer.indexOf(quote, start);
    if (end < 0 || end > Math.min(length, start + longestValue)) return;
    const pieces = piecesFrom(buffer, { value: buffer.toString("latin1", start, end), start, isQuoted: true }, length);
    const match = pieces === null ? null : this.#byForm(pieces.text);
    if (match !== null) this.#add({ ...match, start, secret: pieces!.written }, buffer, length);
  }

  /** At a word that occurs in names of secrets: reads the name and value, if that is what it is. */
  #readPair(buffer: Buffer, start: number, end: number, length: number): void {
    const style = this.#style!;
    const nameEnd = nameEndAt(buffer, end, length);
    this.#pairUntil = this.#base + nameEnd;
    if (!mayHaveValue(buffer, nameEnd, length, style)) return;
    if (this.#matches.length >= maxHits) {
      this.cutShort ??= `more than ${maxHits} secrets in one file`;
      return;
    }
    const limit = Math.max(windowFloor, this.#size * windowFactor);
    if (this.#spent > limit) {
      this.cutShort ??= "so many names look like those of secrets that the budget ran out";
      return;
    }
    const pair = readPair(buffer, start, nameEnd, length, style);
    this.#spent += 100 + (pair?.value.length ?? 0);
    const match = pair === null ? null : judgePair(pair, style, this.#byForm);
    // Anything inside a secret is part of it.
    if (match !== null) this.#pairUntil = Math.max(this.#pairUntil, this.#add(match, buffer, length));
  }

  /** Charges a window to the file's and the rule's budget; false if either is used up. */
  #afford(rule: number, window: number): boolean {
    const limit = Math.max(windowFloor, this.#size * windowFactor);
    // Every window has a fixed cost, however short it is.
    const cost = window + 64;
    if (this.#spent + cost > limit || this.#spentByRule[rule]! + cost > limit * ruleShare) {
      this.cutShort ??= `so many places look like secrets that the budget ran out (rule ${this.#rules.rules[rule]!.id})`;
      return false;
    }
    this.#spent += cost;
    this.#spentByRule[rule]! += cost;
    return true;
  }

  /** Returns the end of the secret in the file. */
  #add(match: RuleMatch, buffer: Buffer, length: number): number {
    const offset = this.#base + match.start;
    const end = offset + match.secret.length;
    if (this.#matches.length >= maxHits) {
      this.cutShort ??= `more than ${maxHits} secrets in one file`;
      return end;
    }
    const from = Math.max(0, match.start - contextBytes);
    const until = Math.min(length, match.start + match.secret.length + contextBytes);
    const context = this.#binary ? null : lineAround(buffer.toString("latin1", from, until), match.start - from);
    this.#matches.push({ match, line: null, offset, context });
    return end;
  }

  /** Sets the line numbers of this buffer's matches, and counts the lines that leave it. */
  #countLines(buffer: Buffer, length: number, final: boolean): void {
    if (this.#binary) return;
    const cut = final ? 0 : Math.max(0, length - this.#overlap);
    if (this.#matches.length === 0 && cut === 0) return;
    const open = this.#matches.filter((m) => m.line === null).sort((a, b) => a.offset - b.offset);
    let line = this.#linesBefore + 1;
    let at = 0;
    const advance = (to: number): void => {
      line += countNewlines(buffer, at, to);
      at = Math.max(at, to);
    };
    let lineAtCut: number | null = null;
    for (const m of open) {
      const position = m.offset - this.#base;
      if (lineAtCut === null && position >= cut) {
        advance(cut);
        lineAtCut = line;
      }
      advance(position);
      m.line = line;
    }
    if (lineAtCut === null) {
      advance(cut);
      lineAtCut = line;
    }
    if (!final) this.#linesBefore = lineAtCut - 1;
  }

  #slide(): void {
    const cut = this.#filled - this.#overlap;
    this.#buffer.copyWithin(0, cut, this.#filled);
    this.#base += cut;
    this.#filled -= cut;
    this.#scanned -= cut;
    this.#pending = this.#pending.map(({ keyword, end }) => ({ keyword, end: end - cut }));
  }
}
