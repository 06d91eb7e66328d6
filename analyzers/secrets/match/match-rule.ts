/** Runs a rule at a keyword hit: first its pattern on a bounded window, then its checks. */
import { readAssignment } from "./assignment.ts";
import { check } from "./values/checks.ts";
import { namedAfter, namedBefore } from "./compile-rules.ts";
import type { CompiledKeyword, CompiledToken } from "./compile-rules.ts";
import { entropy } from "./values/entropy.ts";
import { commentAt } from "./pairs/line-before.ts";
import { isScrambled, looksRandom } from "./values/value-looks.ts";
import type { Found } from "./user/linear-pattern.ts";
import { isDocumentationExample, looksLikeFiller } from "./values/placeholder.ts";
import type { SecretRule } from "./rule.ts";
import type { Confidence, Severity } from "../../../src/base/severity.ts";

/** A match with the secret in clear, which lives only as long as the scan of one file. */
export interface RuleMatch {
  readonly rule: SecretRule;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Offset of the secret in the scanned bytes. */
  readonly start: number;
  /** A byte string. */
  readonly secret: string;
  readonly key: string | null;
  /** What the whole pattern matched, if that is more than the secret. */
  readonly whole?: string;
}

/** Tries a token rule at the keyword at offset `at` of the buffer; `limit` is the end of the known bytes. */
export function matchToken(compiled: CompiledToken, buffer: Buffer, at: number, limit: number): RuleMatch | null {
  const from = Math.max(0, at - compiled.before - 2);
  const text = buffer.toString("latin1", from, Math.min(limit, at + compiled.after));
  const { pattern } = compiled;
  pattern.lastIndex = compiled.before === 0 ? at - from : 0;
  // gitleaks accepts a match anywhere near a keyword; the built-in rules' matches contain theirs.
  const near = compiled.rule.userAllow !== undefined;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const end = from + found.index + found[0].length;
    if (end > at && (near || from + found.index <= at)) {
      const match = acceptToken(compiled, found, from);
      return match === null || !isGuess(compiled) ? match : inComment(match, buffer);
    }
    if (pattern.sticky || from + found.index > at) return null;
    if (found[0] === "") pattern.lastIndex += 1;
  }
  return null;
}

/** True if the secrets of a rule have no form of their own and are recognised only by the words around them. */
function isGuess({ rule }: CompiledToken): boolean {
  return rule.check === "password" || rule.check === "literal";
}

/** Commented-out text is an example, unless it does not look like one. */
function inComment(match: RuleMatch, buffer: Buffer): RuleMatch {
  const { secret, start, severity } = match;
  if (commentAt(buffer, start) !== "line" || (secret.length >= 12 && looksRandom(secret))) return match;
  return { ...match, severity: lower(severity), confidence: "low" };
}

/**
 * As `matchToken`, in a program that stores its strings back to back. Nothing need delimit the token, so its characters must be convincing
 * by themselves, or a checksum must confirm where it ends.
 */
export function matchPacked(compiled: CompiledToken, buffer: Buffer, at: number, limit: number): RuleMatch | null {
  const { packed, rule } = compiled;
  if (packed === null) return null;
  const from = Math.max(0, at - compiled.before);
  const text = buffer.toString("latin1", from, Math.min(limit, at + compiled.after));
  packed.lastIndex = 0;
  const found = packed.exec(text);
  if (found === null || from + found.index > at || from + found.index + found[0].length <= at) return null;
  const match = acceptToken(compiled, found, from);
  if (match === null || match.confidence === "low" || isInBase64(buffer, from + found.index, found[0], limit)) return null;
  return rule.check === "crc32-base62" || isMixed(match.secret.replace(/^(?:[A-Za-z0-9]{1,10}[_.-]){1,3}/, "")) ? match : null;
}

/** How many characters next to a token are read to tell what contains it. */
const besideBytes = 64;
const onlyBase64 = /^[A-Za-z0-9+/=\r\n]*$/;

/** True inside base64 data that a program stores as one long text (WebAssembly, an image): its other strings have blanks and signs. */
function isInBase64(buffer: Buffer, start: number, token: string, limit: number): boolean {
  if (!onlyBase64.test(token)) return false;
  const before = buffer.toString("latin1", Math.max(0, start - besideBytes), start);
  const after = buffer.toString("latin1", start + token.length, Math.min(limit, start + token.length + besideBytes));
  return [before, after].some((beside) => beside.length === besideBytes && onlyBase64.test(beside));
}

/** Capitals with digits, hex, or letters in an order that no word has, rather than words that happen to be adjacent. */
function isMixed(body: string): boolean {
  if (body.length < 16 || entropy(body) < 3.2) return false;
  if (/^[0-9A-Z]+$/.test(body)) return /\d/.test(body);
  if (/^[0-9a-f]+$/.test(body)) return /(?:\d[a-f]*){3}/.test(body) && /[a-f]/.test(body);
  return (
    /[a-z]/.test(body) &&
    /[A-Z]/.test(body) &&
    (/(?:\d[^\d]*){3}/.test(body) || ((/\d/.test(body) || body.length >= 30) && isScrambled(body)))
  );
}

/** Tries a rule without keywords on a whole text. */
export function matchEverywhere(compiled: CompiledToken, text: string, limit: number): RuleMatch[] {
  const matches: RuleMatch[] = [];
  const { pattern } = compiled;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === "") pattern.lastIndex += 1;
    const match = acceptToken(compiled, found, 0);
    if (match !== null) matches.push(match);
    if (matches.length >= limit) break;
  }
  return matches;
}

function acceptToken({ rule, allow }: CompiledToken, found: Found, from: number): RuleMatch | null {
  const named = rule.group === undefined ? undefined : found[rule.group];
  const secret = named ?? found.slice(1).find((group) => group !== undefined && group !== "") ?? found[0];
  const match = accept(rule, allow, secret, from + found.index + found[0].indexOf(secret), null);
  return match === null || rule.userAllow === undefined ? match : { ...match, whole: found[0] };
}

/** Tries the named rules of a provider's word at [start, end) of the buffer, given that `mayBeName` is true. */
export function matchNamed(keyword: CompiledKeyword, buffer: Buffer, start: number, end: number, limit: number): RuleMatch | null {
  const from = Math.max(0, start - namedBefore);
  const text = buffer.toString("latin1", from, Math.min(limit, start + namedAfter));
  const assignment = readAssignment(text, start - from, end - from);
  if (assignment === null || assignment.value.length < 8) return null;
  for (const compiled of keyword.named) {
    if (!compiled.value.test(assignment.value)) continue;
    if (compiled.nameRest !== null && !compiled.nameRest.test(assignment.name)) continue;
    // In a table of numbers neither of the two is a name.
    if (/^[0-9A-Fa-f]{16,}$/.test(assignment.name)) continue;
    if (namesNoSecret.test(assignment.name) && compiled.nameRest === null) continue;
    // Random characters almost always include digits; words and identifiers often do not.
    if (compiled.digits && isWords(assignment.value)) continue;
    const match = accept(compiled.rule, compiled.allow, assignment.value, from + assignment.valueStart, assignment.name);
    if (match !== null) return namesPublic.test(assignment.name) ? { ...match, severity: "low" } : match;
  }
  return null;
}

/** Names of things that a provider gives out to be public. */
const namesPublic =
  /(?:(?:client|app|application|account|project|tenant|user|team|org|workspace|site|channel|key|access_?key)[_-]?id|(?:public|publishable|site|anon|search|write)[_-]?key|dsn|measurement_?id|tracking_?id)$/i;

/** No digits, in a value so long that this would be rarer than one in fifty by chance. */
function isWords(value: string): boolean {
  return !/\d/.test(value) && (value.length >= 24 || (value.length >= 14 && value === value.toLowerCase()));
}

/** Names whose value is an identifier, a checksum or an address, whatever provider they mention. */
const namesNoSecret =
  /(?:sha\d*|hash|checksum|digest|commit|revision|version|integrity|fingerprint|url|uri|host|endpoint|path|file|name|email|size|length)$/i;

function accept(rule: SecretRule, allow: readonly RegExp[], secret: string, start: number, key: string | null): RuleMatch | null {
  if (rule.entropy !== undefined && entropy(secret) < rule.entropy) return null;
  if (allow.some((pattern) => pattern.test(secret))) return null;
  let severity = rule.severity;
  let confidence: Confidence = rule.confidence ?? (rule.kind === "token" ? "high" : "medium");
  if (rule.check !== undefined) {
    const verdict = check(rule.check, secret);
    if (verdict === null) return null;
    if (verdict === "doubtful") {
      severity = rule.check === "crc32-base62" ? "medium" : "low";
      confidence = "low";
    }
  }
  if (rule.check !== "private-key" && rule.check !== "password" && rule.check !== "literal") {
    if (rule.check !== "url-password" && rule.filler !== true && looksLikeFiller(secret)) return null;
    if (isDocumentationExample(secret)) {
      severity = lower(severity);
      confidence = "low";
    }
  }
  return { rule, severity, confidence, start, secret, key };
}

function lower(severity: Severity): Severity {
  return severity === "info" ? "info" : "low";
}
