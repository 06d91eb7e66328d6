/** Replacements for characters that a terminal cannot show. */
import { continuation } from "./surface.ts";
import type { Surface } from "./surface.ts";

/** The characters a terminal can show: all, those of the Linux console's font (code page 437), or only ASCII. */
export type Charset = "unicode" | "console" | "ascii";

const ofAscii = signsFor({
  "+": "┌┐└┘├┤┬┴┼",
  "-": "─−–",
  "|": "│",
  "#": "┃█▉▊▋▌▓▒▇▆▅▄",
  ":": "▍▎▏░",
  _: "▁▂▃",
  ">": "▸▶→≥",
  v: "▾↓",
  "^": "↑",
  "<": "←",
  "=": "⇒",
  ".": "·‥",
  "~": "…",
  x: "×✗",
  "*": "✔",
  "!": "✘",
});

const ofConsole = signsFor({
  "║": "┃",
  "█": "▉▇",
  "▌": "▊▋▍▎▏",
  "▄": "▆▅▃",
  _: "▂▁",
  "►": "▸",
  "▼": "▾",
  "»": "⇒",
  "-": "−–",
  ":": "‥",
  "~": "…",
  x: "✗✘",
  "√": "✔",
  "•": "●",
});

function signsFor(signs: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(signs).flatMap(([sign, chars]) => Array.from(chars, (char) => [char, sign] as const)));
}

export function charsetOf(env: Readonly<Record<string, string | undefined>>): Charset {
  if (isAsciiOnly(env)) return "ascii";
  return env["TERM"] === "linux" ? "console" : "unicode";
}

/**
 * Whether the terminal shows only ASCII by its locale: C, POSIX, or an encoding other than UTF-8. Without a locale, as in most containers,
 * or without an encoding, UTF-8 is assumed.
 */
function isAsciiOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  if (locale === "C" || locale === "POSIX") return true;
  const encoding = /\.([^@]+)/.exec(locale)?.[1];
  return encoding !== undefined && !/^utf-?8$/i.test(encoding);
}

/** Letters outside ASCII become question marks, one for each column. On the console they stay, as they depend on its font. */
export function restrict({ chars }: Surface, charset: Exclude<Charset, "unicode">): void {
  const signs = charset === "ascii" ? ofAscii : ofConsole;
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at]!;
    // A letter with combining marks.
    if (char.length > 1 && char < "~" && charset === "ascii") chars[at] = char.charAt(0);
    else if (char > "~") chars[at] = signs.get(char) ?? (charset === "ascii" ? "?" : char);
    else if (char === continuation && charset === "ascii") chars[at] = "?";
  }
}
