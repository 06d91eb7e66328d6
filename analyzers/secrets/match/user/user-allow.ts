/** Applies gitleaks' allow lists to one match. */
import { linearPattern } from "./linear-pattern.ts";
import type { Pattern } from "./linear-pattern.ts";
import type { UserAllow } from "../rule.ts";

export interface AllowSubject {
  /** A byte string without leading slash. */
  readonly path: string;
  readonly secret: string;
  /** What the whole pattern matched, and the line it is in. */
  readonly match: string;
  readonly line: string;
}

export function isAllowed(lists: readonly UserAllow[], subject: AllowSubject): boolean {
  return lists.some((list) => fits(list, subject));
}

function fits(list: UserAllow, { path, secret, match, line }: AllowSubject): boolean {
  const target = { secret, match, line }[list.target];
  const lower = secret.toLowerCase();
  const answers: boolean[] = [];
  if (list.paths.length > 0) answers.push(list.paths.some((source) => compiled(source).test(path)));
  if (list.regexes.length > 0) answers.push(list.regexes.some((source) => compiled(source).test(target)));
  if (list.stopwords.length > 0) answers.push(list.stopwords.some((word) => lower.includes(word)));
  if (answers.length === 0) return false;
  return list.all ? answers.every((answer) => answer) : answers.some((answer) => answer);
}

/** Whether a comment on the line says that the secret is meant to be there. */
export function isAllowedInline(line: string): boolean {
  return /\b(?:ballast|gitleaks):allow\b/.test(line);
}

const patterns = new Map<string, Pattern>();

function compiled(source: string): Pattern {
  let pattern = patterns.get(source);
  if (pattern === undefined) patterns.set(source, (pattern = linearPattern(source)));
  return pattern;
}
