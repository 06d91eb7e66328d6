/** Shorthands for writing rules. They return plain data. */
import type { NamedRule, SecretRule, TokenRule } from "../match/rule.ts";

type Options<R extends SecretRule> = Omit<
  R,
  "kind" | "id" | "title" | "severity" | "keywords" | "pattern" | "names" | "value" | "match"
> & {
  readonly severity?: R["severity"];
};

/** Not inside a longer word; an escaped line break of a string literal (`\n`) counts as a boundary. */
export const wordStart = "(?<=^|[^A-Za-z0-9]|\\\\[nrt])";
const wordEnd = "(?![A-Za-z0-9])";

/** Signs in a pattern that make the length of a match depend on what follows it. */
const unfixed = /[|?*+]|\{\d*,/;
/** Prefixes that are also ordinary words. */
const ordinaryPrefix = /^(?:live|test|key|secret|token|api)[_-]$/;

/**
 * A token that begins with its keyword. `body` is the pattern of the whole token, anchored at the keyword and bounded by non-letters.
 */
export function prefixed(
  id: string,
  title: string,
  keyword: string,
  body: string,
  match: readonly string[],
  options: Options<TokenRule> = {},
): TokenRule {
  const alone = body.replace(/\(\?!\[[^\]]*\]\)$/, "");
  const isPackable =
    options.ignoreCase !== true && keyword.length >= 4 && !ordinaryPrefix.test(keyword) && !unfixed.test(alone.replace(/\[[^\]]*\]/g, "x"));
  return {
    kind: "token",
    id,
    title,
    severity: "high",
    ...(isPackable ? { packed: alone } : {}),
    keywords: [keyword.toLowerCase()],
    pattern: `${wordStart}(?:${body})${wordEnd}`,
    ...(options.ignoreCase === true ? {} : { prefix: keyword }),
    match,
    ...options,
  };
}

/** A token found by a pattern around one of its keywords. */
export function token(
  id: string,
  title: string,
  keywords: readonly string[],
  pattern: string,
  match: readonly string[],
  options: Options<TokenRule> = {},
): TokenRule {
  return { kind: "token", id, title, severity: "high", keywords, pattern, match, ...options };
}

/** A value of a known form, assigned to a name that contains the provider's name. `match` lists templates of the value. */
export function named(
  id: string,
  title: string,
  names: readonly string[],
  value: string,
  match: readonly string[],
  options: Options<NamedRule> = {},
): NamedRule {
  return { kind: "named", id, title, severity: "high", names, value, match, ...options };
}

export const uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
