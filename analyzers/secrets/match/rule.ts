/**
 * Secret rules are data: plain, structured-cloneable, testable by their own examples. Two kinds:
 *
 * - a *token* rule recognises the secret by its own form (`ghp_…`, a PEM block): a keyword in every match, and a pattern around it;
 * - a *named* rule recognises it by the provider's name on the left of an assignment (`ALGOLIA_API_KEY=…`) and the form of the value.
 *
 * Patterns are JavaScript regular expression sources over latin1 text (one character per byte), without nested quantifiers: each runs on
 * a window of bounded length around the keyword, never on a whole file.
 */
import type { Confidence, Severity } from "../../../src/base/severity.ts";

interface RuleBase {
  /** Kebab-case and stable, because it is part of fingerprints and allow lists. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence?: Confidence;
  /** Minimum Shannon entropy of the secret, in bits per character. */
  readonly entropy?: number;
  readonly check?: CheckName;
  /** Long runs of one character do not make a match a placeholder (in age keys Q is a zero). */
  readonly filler?: boolean;
  /** Matches of these patterns are not secrets. */
  readonly allow?: readonly string[];
  /**
   * For the tests. They are templates, so that no string in this repository looks like a live secret: a generator fills in `{hex:32}`,
   * `{alnum:20}` and so on (see `test/analyzers/secrets/fill-template.ts`).
   */
  readonly match: readonly string[];
  readonly noMatch?: readonly string[];
}

export interface TokenRule extends RuleBase {
  readonly kind: "token";
  /** Lower case; the automaton folds case. A user's rule without keywords is tried on whole text files. */
  readonly keywords: readonly string[];
  /** The first group is the secret, or the whole match if there is none. */
  readonly pattern: string;
  readonly ignoreCase?: boolean;
  /** How many bytes before the keyword a match may begin; 0 anchors the pattern at the keyword. */
  readonly before?: number;
  /** How many bytes a match may take from the keyword on; 256 if absent. */
  readonly after?: number;
  /** The keyword in its original case, if the match begins with it; compared before any pattern runs. */
  readonly prefix?: string;
  /** The pattern alone, without conditions on its surroundings: for programs that store strings back to back, as in Go and Rust. */
  readonly packed?: string;
  /** A byte that must follow the keyword before the next blank or quote. */
  readonly needs?: string;
  /** False: not searched for in binary files. */
  readonly inBinaries?: boolean;
  /** False: searched for only in binary files. */
  readonly inTexts?: boolean;
  /** A pattern for byte-string paths, limiting the rule to these files. Without a pattern for content, the path alone is the match. */
  readonly path?: string;
  /** The group that is the secret, if the rule states one. */
  readonly group?: number;
  /** Allow lists of a user rule. */
  readonly userAllow?: readonly UserAllow[];
}

export interface NamedRule extends RuleBase {
  readonly kind: "named";
  /** Lower-case words that must be in the name as words of their own (`etsy` is in `ETSY_TOKEN`, not in `setSysctl`). */
  readonly names: readonly string[];
  /** Must match the whole value. Case matters unless `ignoreCase`. */
  readonly value: string;
  readonly ignoreCase?: boolean;
  /** Must match the name as well (`secret|key`). */
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

/** gitleaks' `[[allowlists]]`: matching secrets are not reported. Patterns are JavaScript sources. */
export interface UserAllow {
  readonly paths: readonly string[];
  readonly regexes: readonly string[];
  readonly target: "secret" | "match" | "line";
  /** Lower case. */
  readonly stopwords: readonly string[];
  /** True if all of the given paths, regexes and stopwords must match. */
  readonly all: boolean;
}
