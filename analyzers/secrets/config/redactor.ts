/** Masks known secrets in any text that will be printed. */
import { mask } from "../match/values/mask.ts";
import { classifyName } from "../match/values/name-words.ts";
import { isCommonWord } from "./common-word.ts";
import type { ConfigHit } from "./scan-config.ts";

/** Returns a text from an image's config or history with every known secret masked. */
export type Redactor = (text: string) => string;

/** Secrets of at least this length are masked even inside longer words. */
const distinctive = 8;

/**
 * No secret found in any part of the config survives in a text passed through the redactor, even where the value recurs in another row,
 * percent-encoded or in base64. Values too weak to be told from ordinary words (`secret=foo`, `POSTGRES_PASSWORD=postgres`) are masked only
 * after a name that is used for secrets, and as the password of a URL.
 */
export function createRedactor(hits: readonly ConfigHit[]): Redactor {
  const replacements = new Map<string, string>();
  const weak = new Set<string>();
  const ownNames = new Set<string>();
  for (const hit of hits) {
    const secret = hit.secret.reveal();
    if (secret === "") continue;
    if (hit.severity === "info" || secret.length < 3 || isCommonWord(secret)) {
      weak.add(secret);
      if (hit.key !== null) ownNames.add(hit.key);
      continue;
    }
    for (const form of formsOf(secret)) replacements.set(form, hit.secret.redacted);
  }
  if (replacements.size === 0 && weak.size === 0) return (text) => text;

  const forms = [...replacements.keys()].sort((a, b) => b.length - a.length);
  // Longest first, so that a secret containing another is masked as a whole.
  const long = forms.filter((form) => form.length > longestInPattern);
  const patterns = inPatterns(forms.slice(long.length).map(patternOf), (sources) => new RegExp(sources.join("|"), "g"));
  const weakPatterns = inPatterns(
    [...weak].map(escape),
    (words) => new RegExp(`(?<![A-Za-z0-9_])(?:${words.join("|")})(?![A-Za-z0-9_])`, "g"),
  );
  return (text) => {
    let clean = text;
    for (const form of long) if (form.length <= clean.length) clean = clean.replaceAll(form, () => replacements.get(form)!);
    for (const pattern of patterns) clean = clean.replace(pattern, (found) => replacements.get(found) ?? mask);
    for (const pattern of weakPatterns) {
      const before = clean;
      clean = before.replace(pattern, (found: string, at: number) => (isBehindName(before, at, found.length, ownNames) ? mask : found));
    }
    return clean;
  };
}

/** Longer forms are searched for separately, because engines refuse patterns that grow too large. */
const longestInPattern = 256;
/** Characters in one pattern. */
const longestPattern = 16_000;

/** Joins the sources, in order, into as few patterns as possible. */
function inPatterns(sources: readonly string[], make: (sources: readonly string[]) => RegExp): RegExp[] {
  const patterns: RegExp[] = [];
  let taken: string[] = [];
  let length = 0;
  for (const source of sources) {
    if (length + source.length > longestPattern && taken.length > 0) {
      patterns.push(make(taken));
      taken = [];
      length = 0;
    }
    taken.push(source);
    length += source.length + 1;
  }
  if (taken.length > 0) patterns.push(make(taken));
  return patterns;
}

/** The most characters that a name, sign and blanks before a value can have. */
const longestBefore = 120;

/** True for values as in `NAME=value`, `NAME: "value"`, `--name value`, `user:value@host`. Looks back a bounded number of characters. */
function isBehindName(text: string, at: number, length: number, ownNames: ReadonlySet<string>): boolean {
  if (text[at - 1] === ":" && text[at + length] === "@") return true;
  const behind = /(?:^|[^\w.-])-{0,2}([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}[=: ][ \t]{0,8}["']?$/.exec(
    text.slice(Math.max(0, at - longestBefore), at),
  );
  return behind !== null && (ownNames.has(behind[1]!) || classifyName(behind[1]!) !== null);
}

/** The forms in which a secret may occur: as it is, percent-encoded, in base64, escaped in JSON, or as the lines of a key block. */
function formsOf(secret: string): Set<string> {
  const forms = new Set([secret]);
  if (secret.length >= distinctive) {
    forms.add(Buffer.from(secret, "utf8").toString("base64").replace(/=+$/, ""));
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(secret.replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e"));
    try {
      forms.add(encodeURIComponent(secret));
      forms.add(decodeURIComponent(secret));
    } catch {
      // Half a surrogate pair or a lone %: there is no such form.
    }
  }
  // Each line of a key block is as secret as the whole.
  if (secret.includes("\n")) for (const line of secret.split(/\r?\n/)) if (line.length >= 20 && !line.startsWith("-----")) forms.add(line);
  return forms;
}

function patternOf(form: string): string {
  return form.length >= distinctive ? escape(form) : `(?<![A-Za-z0-9])${escape(form)}(?![A-Za-z0-9])`;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
