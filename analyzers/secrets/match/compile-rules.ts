/** Compiles rules for scanning: one keyword automaton for all of them, and the patterns for each keyword. */
import { createHash } from "node:crypto";

import { createKeywordAutomaton } from "./scan/keyword-automaton.ts";
import type { KeywordAutomaton } from "./scan/keyword-automaton.ts";
import { linearPattern } from "./user/linear-pattern.ts";
import type { Pattern } from "./user/linear-pattern.ts";
import type { NamedRule, SecretRule, TokenRule } from "./rule.ts";
import { builtinRules } from "../rules/all.ts";
import { pairAfter, pairBefore } from "./pairs/read-pair.ts";
import { secretWords } from "./pairs/secret-words.ts";
import { defaultRuleOptions } from "./rule-options.ts";
import type { RuleOptions } from "./rule-options.ts";
import type { UserRules } from "./user/user-rules.ts";

/** Raised whenever the scanner's own judgement changes, so that results cached by an older one are not used. */
const engineVersion = 17;

export interface CompiledToken {
  readonly kind: "token";
  readonly rule: TokenRule;
  /** Position in `CompiledRules.rules`. */
  readonly index: number;
  /** Sticky if anchored at the keyword, else global. */
  readonly pattern: Pattern;
  /** Null if the rule has no such pattern. */
  readonly packed: RegExp | null;
  readonly before: number;
  readonly after: number;
  readonly allow: readonly RegExp[];
  readonly path: Pick<Pattern, "test"> | null;
  /** A quick check of the bytes, before the pattern is worth running. */
  readonly quick: QuickCheck;
}

export interface QuickCheck {
  /** The keyword in its original case; null if case does not matter. */
  readonly prefix: string | null;
  /** At least this many letters, digits, `-` and `_` must follow the keyword. */
  readonly run: number;
  /** A byte that must follow the keyword before the next blank or quote; -1 if none. */
  readonly needs: number;
}

export interface CompiledNamed {
  readonly kind: "named";
  readonly rule: NamedRule;
  readonly index: number;
  readonly value: RegExp;
  /** The form allows digits, so a value without any is just words. */
  readonly digits: boolean;
  readonly nameRest: RegExp | null;
  readonly allow: readonly RegExp[];
}

export interface CompiledKeyword {
  readonly text: string;
  /** Position in `CompiledRules.keywords`. */
  readonly index: number;
  readonly tokens: readonly CompiledToken[];
  readonly named: readonly CompiledNamed[];
  /** A name containing it may be that of a secret, whoever the provider is. */
  readonly isSecretWord: boolean;
}

export interface CompiledRules {
  /** A hash of everything that determines what is found; part of cache keys. */
  readonly id: string;
  /** The options they were compiled from, so that a worker can do the same. */
  readonly options: RuleOptions;
  readonly rules: readonly SecretRule[];
  readonly automaton: KeywordAutomaton;
  readonly keywords: readonly CompiledKeyword[];
  /** The most bytes that any rule reads before and after the start of a keyword. */
  readonly reachBefore: number;
  readonly reachAfter: number;
  /** User rules without keywords, tried on whole text files. */
  readonly unkeyed: readonly CompiledToken[];
  /** User rules that match files by path alone. */
  readonly byPath: readonly CompiledToken[];
  readonly user: UserRules | null;
}

/** Bytes that a rule reads from its keyword on, unless it says otherwise. */
export const defaultAfter = 256;
/** A name may begin this many bytes before the provider's word in it, and its value may end this many after. */
export const namedBefore = 64;
export const namedAfter = 480;

let builtin: CompiledRules | null = null;

/** Once for each thread. */
export function compileBuiltinRules(): CompiledRules {
  return (builtin ??= compileRules());
}

export function compileRules(options: RuleOptions = defaultRuleOptions): CompiledRules {
  const disabled = new Set(options.user?.disabled ?? []);
  const rules = [...(options.builtin ? builtinRules : []).filter((rule) => !disabled.has(rule.id)), ...(options.user?.rules ?? [])];
  const byKeyword = new Map<string, { tokens: CompiledToken[]; named: CompiledNamed[] }>();
  const slot = (keyword: string): { tokens: CompiledToken[]; named: CompiledNamed[] } => {
    let found = byKeyword.get(keyword);
    if (found === undefined) byKeyword.set(keyword, (found = { tokens: [], named: [] }));
    return found;
  };
  let reachBefore = namedBefore;
  let reachAfter = namedAfter;
  const unkeyed: CompiledToken[] = [];
  const byPath: CompiledToken[] = [];
  for (const [index, rule] of rules.entries()) {
    if (rule.kind === "token") {
      const compiled = compileToken(rule, index);
      if (rule.pattern === "") byPath.push(compiled);
      else if (rule.keywords.length === 0) unkeyed.push(compiled);
      if (rule.pattern === "" || rule.keywords.length === 0) continue;
      reachBefore = Math.max(reachBefore, compiled.before + 2);
      reachAfter = Math.max(reachAfter, compiled.after);
      for (const keyword of rule.keywords) slot(keyword).tokens.push(compiled);
    } else {
      const compiled = compileNamed(rule, index);
      for (const name of rule.names) slot(name).named.push(compiled);
    }
  }
  const pairWords = new Set(options.builtin ? secretWords : []);
  for (const word of pairWords) slot(word);
  if (options.builtin) {
    reachBefore = Math.max(reachBefore, pairBefore);
    reachAfter = Math.max(reachAfter, pairAfter);
  }
  const keywords = [...byKeyword].map(([text, found], index) => ({ text, index, ...found, isSecretWord: pairWords.has(text) }));
  let id: string | null = null;
  return {
    get id() {
      return (id ??= idOf(rules, options));
    },
    options,
    rules,
    automaton: createKeywordAutomaton(keywords.map((keyword) => keyword.text)),
    keywords,
    reachBefore,
    reachAfter,
    unkeyed,
    byPath,
    user: options.user,
  };
}

/** Equal only for equal rules; it tells caches and reports what was searched for. */
function idOf(rules: readonly (TokenRule | NamedRule)[], { user }: RuleOptions): string {
  return createHash("sha256")
    .update(JSON.stringify([engineVersion, rules, user]))
    .digest("hex")
    .slice(0, 16);
}

function compileToken(rule: TokenRule, index: number): CompiledToken {
  const before = rule.before ?? 0;
  const flags = (rule.ignoreCase === true ? "i" : "") + (before === 0 ? "y" : "g");
  // Patterns are compiled on first use, because most rules' keywords occur in no image.
  let pattern: Pattern | null = null;
  let allow: readonly RegExp[] | null = null;
  let path: CompiledToken["path"] | undefined;
  let quick: QuickCheck | null = null;
  let packed: RegExp | null | undefined;
  const isOwn = rule.userAllow !== undefined;
  return {
    kind: "token",
    rule,
    index,
    get pattern() {
      return (pattern ??= isOwn ? linearPattern(rule.pattern) : new RegExp(rule.pattern, flags));
    },
    get packed() {
      return (packed ??= rule.packed === undefined ? null : new RegExp(rule.packed, "g"));
    },
    before,
    after: rule.after ?? defaultAfter,
    get allow() {
      return (allow ??= (rule.allow ?? []).map((source) => new RegExp(source)));
    },
    get path() {
      return (path ??= rule.path === undefined ? null : isOwn ? linearPattern(rule.path) : new RegExp(rule.path));
    },
    get quick() {
      return (quick ??= quickCheck(rule));
    },
  };
}

/** The pattern's first class and its count, if the class has only word characters: 16 for `AKIA[A-Z2-7]{16}`. */
const firstClass = /^\[((?:\\w|[\w-])+)\]\{(\d+)/;

function quickCheck({ prefix, needs, pattern }: TokenRule): QuickCheck {
  const body = prefix === undefined ? -1 : pattern.indexOf(prefix);
  const run = body < 0 || pattern.slice(body).includes("|") ? null : firstClass.exec(pattern.slice(body + prefix!.length));
  return { prefix: prefix ?? null, run: run === null ? 0 : Number(run[2]), needs: needs === undefined ? -1 : needs.charCodeAt(0) };
}

function compileNamed(rule: NamedRule, index: number): CompiledNamed {
  let value: RegExp | null = null;
  let nameRest: RegExp | null | undefined;
  let allow: readonly RegExp[] | null = null;
  return {
    kind: "named",
    rule,
    index,
    get value() {
      return (value ??= new RegExp(`^(?:${rule.value})$`, rule.ignoreCase === true ? "i" : ""));
    },
    digits: /0-9|\\w|\\d|\[\^/.test(rule.value) && rule.check !== "password",
    get nameRest() {
      return (nameRest ??= rule.nameRest === undefined ? null : new RegExp(rule.nameRest, "i"));
    },
    get allow() {
      return (allow ??= (rule.allow ?? []).map((source) => new RegExp(source)));
    },
  };
}
