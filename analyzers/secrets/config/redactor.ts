/** Takes known secrets out of any text that is to be printed. */
import { mask } from "../match/mask.ts";
import { classifyName } from "../match/name-words.ts";
import { isCommonWord } from "./common-word.ts";
import type { ConfigHit } from "./scan-config.ts";

/** Given a text from an image's config or history, returns it with every known secret masked. */
export type Redactor = (text: string) => string;

/** From this length on a secret is masked also inside longer words. */
const distinctive = 8;

/**
 * No secret found on any config surface survives in a text that went through the redactor, also where the same value occurs in another
 * row, percent-encoded or in base64. Values too weak to be told from ordinary words (`secret=foo`, `POSTGRES_PASSWORD=postgres`) are masked
 * behind a name that is used for secrets, and as the password of a URL.
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
  const pattern = forms.length === 0 ? null : new RegExp(forms.map(patternOf).join("|"), "g");
  const weakPattern = weak.size === 0 ? null : new RegExp(`(?<![A-Za-z0-9_])(?:${[...weak].map(escape).join("|")})(?![A-Za-z0-9_])`, "g");
  return (text) => {
    const clean = pattern === null ? text : text.replace(pattern, (found) => replacements.get(found) ?? mask);
    if (weakPattern === null) return clean;
    return clean.replace(weakPattern, (found: string, at: number) => (isBehindName(clean, at, found.length, ownNames) ? mask : found));
  };
}

/** Longest name, sign and blanks before a value. */
const before = 120;

/** `NAME=value`, `NAME: "value"`, `--name value`, `user:value@host`. Looks back a bounded number of characters. */
function isBehindName(text: string, at: number, length: number, ownNames: ReadonlySet<string>): boolean {
  if (text[at - 1] === ":" && text[at + length] === "@") return true;
  const behind = /(?:^|[^\w.-])-{0,2}([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}[=: ][ \t]{0,8}["']?$/.exec(
    text.slice(Math.max(0, at - before), at),
  );
  return behind !== null && (ownNames.has(behind[1]!) || classifyName(behind[1]!) !== null);
}

/** The secret as it may stand in other places: as it is, percent-encoded, in base64, escaped in JSON, with line breaks as `\n`. */
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
      // Half a surrogate or a lone %: there is no such form.
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
