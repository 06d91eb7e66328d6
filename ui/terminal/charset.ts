/** For terminals that show less than the panes draw with: signs that stand for those they lack. */
import { continuation } from "./surface.ts";
import type { Surface } from "./surface.ts";

/** What is shown: everything, what the font of the Linux console has (code page 437), or ASCII alone. */
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
 * Whether the locale says that the terminal shows ASCII alone: C, POSIX, or an encoding that is not UTF-8. Where nothing is said, as in
 * most containers, and where no encoding is named, it is UTF-8.
 */
function isAsciiOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  if (locale === "C" || locale === "POSIX") return true;
  const encoding = /\.([^@]+)/.exec(locale)?.[1];
  return encoding !== undefined && !/^utf-?8$/i.test(encoding);
}

/** Letters that ASCII has not become question marks, in as many columns as they took; which ones the console has, its font decides. */
export function restrict({ chars }: Surface, charset: Exclude<Charset, "unicode">): void {
  const signs = charset === "ascii" ? ofAscii : ofConsole;
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at]!;
    // A letter with the marks that stand above it or below.
    if (char.length > 1 && char < "~" && charset === "ascii") chars[at] = char.charAt(0);
    else if (char > "~") chars[at] = signs.get(char) ?? (charset === "ascii" ? "?" : char);
    else if (char === continuation && charset === "ascii") chars[at] = "?";
  }
}
