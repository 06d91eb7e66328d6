/**
 * Secret rules are data: plain, structured-cloneable, testable by their own examples. Two kinds:
 *
 * - a *token* rule knows the secret by its own form (`ghp_…`, a PEM block): a keyword that every match holds, and a pattern around it;
 * - a *named* rule knows it by the provider's name on the left of an assignment (`ALGOLIA_API_KEY=…`) and the form of the value.
 *
 * Patterns are JavaScript regular expression sources over latin1 text (one character per byte), without nested quantifiers: each runs on
 * a window of bounded length around the keyword, never on a whole file.
 */
import type { Confidence, Severity } from "../../../src/base/severity.ts";

interface RuleBase {
  /** Kebab-case, stable: it is part of fingerprints and allow lists. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence?: Confidence;
  /** Least Shannon entropy of the secret, in bits per character. */
  readonly entropy?: number;
  readonly check?: CheckName;
  /** Long runs of one character do not make a match a placeholder (in age keys Q is a zero). */
  readonly filler?: boolean;
  /** Secrets that match one of these patterns are not secrets. */
  readonly allow?: readonly string[];
  /**
   * For the tests. Templates, so that no string in this repository looks like a live secret: `{hex:32}`, `{alnum:20}` and so on are
   * filled by a generator (see `test/analyzers/secrets/fill-template.ts`).
   */
  readonly match: readonly string[];
  readonly noMatch?: readonly string[];
}

export interface TokenRule extends RuleBase {
  readonly kind: "token";
  /** Lower case; the automaton folds case. A user's rule without keywords is tried on whole text files. */
  readonly keywords: readonly string[];
  /** The first group is the secret; the whole match when there is none. */
  readonly pattern: string;
  readonly ignoreCase?: boolean;
  /** Bytes before the keyword where a match may begin; 0 anchors the pattern at the keyword. */
  readonly before?: number;
  /** Bytes from the keyword on that a match may take; 256 when absent. */
  readonly after?: number;
  /** The keyword's own letter case, where the match begins with it: told apart before any pattern runs. */
  readonly prefix?: string;
  /** The pattern alone, without what must stand around it: for programs that keep their strings one behind the other, as Go's and Rust's do. */
  readonly packed?: string;
  /** A byte that must follow the keyword before the next blank or quote. */
  readonly needs?: string;
  /** False: not looked for in binary files. */
  readonly inBinaries?: boolean;
  /** False: looked for in binary files alone. */
  readonly inTexts?: boolean;
  /** A byte-string path pattern; the rule applies to those files only. Without a pattern of its own the path alone is the match. */
  readonly path?: string;
  /** The group that is the secret, of rules that say so. */
  readonly group?: number;
  /** Allow lists of a user's rule. */
  readonly userAllow?: readonly UserAllow[];
}

export interface NamedRule extends RuleBase {
  readonly kind: "named";
  /** Lower-case words that must stand in the name on the left as words of their own (`etsy` is in `ETSY_TOKEN`, not in `setSysctl`). */
  readonly names: readonly string[];
  /** The value must match it whole. Case matters unless `ignoreCase`. */
  readonly value: string;
  readonly ignoreCase?: boolean;
  /** The rest of the name must match it too (`secret|key`). */
  readonly nameRest?: string;
}

export type SecretRule = TokenRule | NamedRule;

/** Checks that need more than a pattern; see `checks.ts`. */
export type CheckName =
  | "crc32-base62"
  | "jwt"
  | "jwt-base64"
  | "basic-credentials"
  | "url-password"
  | "private-key"
  | "curl-user"
  | "password"
  | "literal";

/** gitleaks' `[[allowlists]]`: what fits is not reported. Patterns are JavaScript sources. */
export interface UserAllow {
  readonly paths: readonly string[];
  readonly regexes: readonly string[];
  readonly target: "secret" | "match" | "line";
  /** Lower case. */
  readonly stopwords: readonly string[];
  /** True when paths, regexes and stopwords that are given must all fit. */
  readonly all: boolean;
}
