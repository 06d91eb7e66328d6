/**
 * Scans files one after another as streams: rules run over all bytes. The first mebibyte is also examined as a whole, for credential files
 * in a format of their own, rules without keywords, and text encoded in base64, hex or percent-encoding.
 */
import type { CompiledRules } from "../compile-rules.ts";
import { deepestWrapping, unwrap } from "./encoded.ts";
import { parseAliases } from "../formats/aliases.ts";
import { derPrivateKey, longestStore, secretStore } from "../formats/key-files.ts";
import { databaseText, isSqlite, mostDatabaseBytes } from "../formats/sqlite.ts";
import { formatOf, maxStructuredBytes } from "./file-formats.ts";
import type { FileFormat } from "./file-formats.ts";
import { lineAround, lineOf } from "./lines.ts";
import { bestOfEachPlace } from "./located-match.ts";
import type { Located } from "./located-match.ts";
import { matchEverywhere } from "../match-rule.ts";
import type { RuleMatch } from "../match-rule.ts";
import { judgeSaid } from "../pairs/judge-pair.ts";
import { isPackagePlace, styleBySight, styleOf } from "../pairs/text-style.ts";
import type { TextStyle } from "../pairs/text-style.ts";
import type { TokenRule } from "../rule.ts";
import { isPythonBytecode, separateStrings } from "./python-bytecode.ts";
import { isCommonPassword } from "../values/common-passwords.ts";
import { looksRandom } from "../values/value-looks.ts";
import { isJavaClass, javaConstants } from "./java-constants.ts";
import type { NamedStrings } from "./named-strings.ts";
import { pythonConstants } from "./python-constants.ts";
import { numberLists } from "./number-lists.ts";
import { maxHits, StreamScanner } from "./stream-scanner.ts";
import { textDecoderFor } from "./utf16.ts";
import type { ChunkDecoder } from "./utf16.ts";
import { vimSwapDecoder } from "./vim-swap.ts";
import { mayHoldWideStrings, wideStrings } from "./wide-strings.ts";
import { RuleClock } from "../user/rule-clock.ts";
import { isAllowed, isAllowedInline } from "../user/user-allow.ts";

/**
 * The secrets of a complete text, in clear, for redaction. Of several at one place, the one of the most telling rule. A text that is not a
 * file has an empty path; `style` says how it writes `name = value`, or null if there are no such pairs.
 */
export function matchesIn(rules: CompiledRules, bytes: Buffer, path: string, style: TextStyle | null = styleOf(path)): RuleMatch[] {
  const scanner = new FileScanner(rules, 0);
  scanner.begin(path, bytes.length, path === "" ? style : undefined);
  scanner.write(bytes);
  return scanner.matches().map(({ match }) => match);
}

export class FileScanner {
  readonly #rules: CompiledRules;
  readonly #stream: StreamScanner;
  readonly #clock = new RuleClock();
  /** How many encodings were removed to get here. */
  readonly #depth: number;
  /** For decoded texts; created when first needed. */
  #inner: FileScanner | null = null;
  #path = "";
  #size = 0;
  #started = false;
  /** The first bytes, while there are too few to recognise the file. */
  #head: Buffer[] = [];
  #headBytes = 0;
  #decoder: ChunkDecoder | null = null;
  #style: TextStyle | null = null;
  #format: FileFormat | null = null;
  #keeps = false;
  #isDatabase = false;
  #holdsWide = false;
  /** For compiled programs: reads the names of their strings. */
  #constants: ((bytes: Buffer) => NamedStrings | null) | null = null;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #wholeMatches: Located[] | null = null;
  #binaryKey: RuleMatch | null = null;
  #cutShort: string | null = null;

  constructor(rules: CompiledRules, depth = 0) {
    this.#rules = rules;
    this.#depth = depth;
    this.#stream = new StreamScanner(rules, this.#clock, (text) => this.#byForm(text));
  }

  /** After `matches`: why parts of the text were not scanned, or null if it was scanned completely. */
  get cutShort(): string | null {
    return this.#cutShort ?? this.#stream.cutShort;
  }

  /** There was a NUL among the first bytes, so it has no lines. */
  get isBinary(): boolean {
    return this.#stream.isBinary;
  }

  /** Begins a text: its path (a byte string, empty if it is not a file) and its bytes, as far as known. */
  begin(path: string, size: number, style?: TextStyle | null): void {
    this.#path = path.replace(/^(?:\.?\/)+/, "");
    this.#size = size;
    this.#started = false;
    this.#head = [];
    this.#headBytes = 0;
    this.#decoder = null;
    const isFile = this.#path !== "";
    this.#style = style === undefined ? (isFile ? styleOf(this.#path) : null) : style;
    this.#format = isFile ? formatOf(this.#path, this.#style) : null;
    const isOwn = isFile ? !isPackagePlace(sourceOf(this.#path)) : true;
    this.#keeps = this.#format !== null || this.#rules.unkeyed.length > 0 || (isOwn && this.#rules.options.builtin);
    this.#isDatabase = false;
    this.#holdsWide = false;
    this.#constants = null;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#wholeMatches = null;
    this.#binaryKey = null;
    this.#cutShort = null;
    this.#clock.begin(this.#path, size);
    this.#stream.begin(this.#path, size, this.#style);
  }

  /**
   * The next bytes, which have been copied or used when this returns. How a file is read depends on its first bytes, never on where a chunk
   * happened to end, so chunks are held back until there are enough of them.
   */
  write(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#started) {
      this.#pass(this.#decoder === null ? chunk : this.#decoder.decode(chunk));
      return;
    }
    const bytes = this.#headBytes + chunk.length;
    if (bytes >= Math.min(this.#size, longestStore)) {
      this.#begin(this.#headBytes === 0 ? chunk : Buffer.concat([...this.#head, chunk]), bytes === this.#size);
      return;
    }
    this.#head.push(Buffer.from(chunk));
    this.#headBytes = bytes;
  }

  #begin(head: Buffer, isWhole: boolean): void {
    this.#started = true;
    this.#head = [];
    const { builtin } = this.#rules.options;
    this.#isDatabase = this.#keeps && builtin && isSqlite(head);
    this.#holdsWide = this.#keeps && builtin && mayHoldWideStrings(head);
    this.#constants = this.#keeps && builtin ? this.#constantsIn(head) : null;
    this.#decoder = textDecoderFor(head) ?? vimSwapDecoder(head);
    if (this.#decoder !== null) {
      this.#stream.begin(this.#path, Infinity, this.#style);
      this.#pass(this.#decoder.decode(head));
      return;
    }
    this.#restyle(head);
    if (builtin) this.#binaryKey = (isWhole ? derPrivateKey(head) : null) ?? secretStore(head, this.#size);
    if (!isWhole) {
      this.#pass(head);
      return;
    }
    this.#stream.write(isPythonBytecode(this.#path, head) ? separateStrings(head) : head);
    if (this.#keeps && head.length <= this.#mostKept && this.#isReadable) this.#wholeMatches = this.#readWhole(head);
  }

  #constantsIn(head: Buffer): ((bytes: Buffer) => NamedStrings | null) | null {
    if (isJavaClass(head)) return javaConstants;
    return isPythonBytecode(this.#path, head) ? pythonConstants : null;
  }

  /** The first bytes may say more than the path. */
  #restyle(head: Buffer): void {
    if (this.#path === "") return;
    const style = styleBySight(this.#style, this.#path, head);
    if (style === this.#style) return;
    this.#style = style;
    this.#format = formatOf(this.#path, style);
    this.#stream.begin(this.#path, this.#size, style);
  }

  #pass(chunk: Buffer): void {
    if (this.#keeps) this.#keep(chunk);
    this.#stream.write(chunk);
  }

  /** Scans the rest and returns the file's matches, one for each place. */
  matches(): readonly Located[] {
    if (!this.#started && this.#headBytes > 0) this.#begin(Buffer.concat(this.#head), this.#headBytes === this.#size);
    const matches = this.#stream.end();
    if (this.#keptBytes > 0 && this.#isReadable) this.#wholeMatches = this.#readWhole(Buffer.concat(this.#kept));
    this.#kept = [];
    if (this.#wholeMatches !== null) for (const located of this.#wholeMatches) matches.push(located);
    if (this.#binaryKey !== null) matches.push({ match: this.#binaryKey, line: 1, offset: 0, context: null });
    for (const { rule, path } of this.#rules.byPath) {
      if (path?.test(this.#path) === true) matches.push({ match: pathMatch(rule), line: 1, offset: 0, context: null });
    }
    return matches.length === 0 ? matches : bestOfEachPlace(matches.filter((located) => !this.#allowed(located)));
  }

  get #mostKept(): number {
    return this.#isDatabase || this.#holdsWide || this.#constants !== null ? mostDatabaseBytes : maxStructuredBytes;
  }

  /** Reading it as a whole reveals more than scanning its bytes. */
  get #isReadable(): boolean {
    return this.#isDatabase || this.#holdsWide || this.#constants !== null || !this.#stream.isBinary;
  }

  #keep(chunk: Buffer): void {
    const room = this.#mostKept - this.#keptBytes;
    if (chunk.length > room && (this.#format !== null || this.#rules.unkeyed.length > 0)) {
      this.#cutShort ??= `only its first ${maxStructuredBytes} bytes were read as ${this.#format?.name ?? "a whole"}`;
    }
    if (room <= 0) return;
    this.#kept.push(Buffer.from(chunk.subarray(0, room)));
    this.#keptBytes += Math.min(room, chunk.length);
  }

  #readWhole(bytes: Buffer): Located[] {
    if (this.#isDatabase) return this.#readDatabase(bytes);
    if (this.#holdsWide) return this.#readWideStrings(bytes);
    if (this.#constants !== null) return this.#readNamed(this.#constants(bytes));
    const found: RuleMatch[] = [];
    let decoded: string | null = null;
    const text = (): string => (decoded ??= bytes.toString("latin1"));
    if (this.#format !== null) found.push(...this.#format.parse(text()));
    if (this.#style === "data" && /\.ya?ml$/i.test(this.#path)) found.push(...parseAliases(text()));
    for (const compiled of this.#rules.unkeyed) {
      if (compiled.path === null || compiled.path.test(this.#path))
        found.push(...this.#clock.run(compiled.rule, () => matchEverywhere(compiled, text(), maxHits)));
    }
    if (this.#depth < deepestWrapping && this.#rules.options.builtin) found.push(...this.#unwrapped(bytes));
    return found.slice(0, maxHits).map((match) => ({
      match,
      line: lineOf(text(), match.start),
      offset: match.start,
      context: lineAround(text(), match.start),
    }));
  }

  /** Reads the cells of its tables as settings with the columns' names. */
  #readDatabase(bytes: Buffer): Located[] {
    if (this.#depth > 0) return [];
    const { text, offsetOf } = databaseText(bytes);
    return this.#matchesIn(text, "data").flatMap((located) => {
      const start = offsetOf(located.match.start);
      return start === null ? [] : [{ ...located, match: { ...located.match, start }, line: 1, offset: start }];
    });
  }

  /** Reads the strings of a compiled program as literals of its source. */
  #readNamed(strings: NamedStrings | null): Located[] {
    if (strings === null || this.#depth > 0) return [];
    return this.#matchesIn(strings.text, styleOf(sourceOf(this.#path)) ?? "code").flatMap((located) => {
      const start = strings.offsetOf(located.match.start);
      return start === null || !isTelling(located.match)
        ? []
        : [{ ...located, match: { ...located.match, start }, line: 1, offset: start }];
    });
  }

  /** UTF-16 strings of a program. They have no names, so only forms count. The secret is the bytes in the file. */
  #readWideStrings(bytes: Buffer): Located[] {
    if (this.#depth > 0) return [];
    const { text, offsetOf } = wideStrings(bytes);
    return this.#matchesIn(text, null).map((located) => {
      const start = offsetOf(located.match.start);
      const secret = bytes.toString("latin1", start, start + 2 * located.match.secret.length);
      return { ...located, match: { ...located.match, start, secret }, line: 1, offset: start };
    });
  }

  /** Recognises, by its form, a value that is written in pieces or with escapes. */
  #byForm(text: string): RuleMatch | null {
    return this.#depth < deepestWrapping ? this.#seriousIn(text, null) : null;
  }

  /** The first serious match in a text that this one contains in encoded form. */
  #seriousIn(text: string, style: TextStyle | null): RuleMatch | null {
    return this.#matchesIn(text, style).find(({ match }) => match.severity !== "low" && match.severity !== "info")?.match ?? null;
  }

  #matchesIn(text: string, style: TextStyle | null): readonly Located[] {
    const inner = (this.#inner ??= new FileScanner(this.#rules, this.#depth + 1));
    inner.begin("", text.length, style);
    inner.write(Buffer.from(text, "latin1"));
    return inner.matches();
  }

  /** Text encoded in base64, hex, percent-encoding or lists of numbers. Matches are reported in encoded form, as they are in the file. */
  #unwrapped(bytes: Buffer): RuleMatch[] {
    const found: RuleMatch[] = [];
    const add = (best: RuleMatch | null, start: number, end: number): void => {
      if (best !== null) found.push({ ...best, start, secret: bytes.toString("latin1", start, end) });
    };
    for (const { start, end, text } of unwrap(bytes)) add(this.#seriousIn(text, text.length > 4096 ? "code" : "data"), start, end);
    if (this.#style === null || this.#depth > 0) return found;
    for (const { start, end, text, name } of numberLists(bytes))
      add(this.#seriousIn(text, "data") ?? (name === null ? null : judgeSaid(name, text)), start, end);
    return found;
  }

  #allowed({ match, context }: Located): boolean {
    if (context !== null && isAllowedInline(context)) return true;
    const { user } = this.#rules;
    if (user === null) return false;
    const own = match.rule.kind === "token" ? (match.rule.userAllow ?? []) : [];
    const lists = [...user.allow, ...own, ...(user.narrowed[match.rule.id] ?? [])];
    return isAllowed(lists, { path: this.#path, secret: match.secret, match: match.whole ?? match.secret, line: context ?? "" });
  }
}

/** False for a library's defaults: words, and common passwords. */
function isTelling({ rule, secret }: RuleMatch): boolean {
  return rule.kind === "token" || (!isCommonPassword(secret) && looksRandom(secret));
}

/** `app/settings.py` for `app/__pycache__/settings.cpython-312.pyc`. */
function sourceOf(path: string): string {
  return path.endsWith(".pyc") ? path.replace(/(?:__pycache__\/)?([^/]*?)(?:\.(?:cpython|pypy)-?[\w.-]*)?\.pyc$/, "$1.py") : path;
}

function pathMatch(rule: TokenRule): RuleMatch {
  return { rule, severity: rule.severity, confidence: "low", start: 0, secret: "", key: null };
}
