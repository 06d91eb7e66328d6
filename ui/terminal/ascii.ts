/** For terminals that show no more than ASCII: signs that stand for those the panes draw with. */
import { continuation } from "./surface.ts";
import type { Surface } from "./surface.ts";

const signs: Readonly<Record<string, string>> = {
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
};
const signOf = new Map(Object.entries(signs).flatMap(([sign, chars]) => Array.from(chars, (char) => [char, sign] as const)));

/**
 * Whether the locale says that the terminal shows ASCII alone: C, POSIX, or an encoding that is not UTF-8. Where nothing is said, as in
 * most containers, and where no encoding is named, it is UTF-8.
 */
export function isAsciiOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  if (locale === "C" || locale === "POSIX") return true;
  const encoding = /\.([^@]+)/.exec(locale)?.[1];
  return encoding !== undefined && !/^utf-?8$/i.test(encoding);
}

/** Letters that ASCII has not become question marks, in as many columns as they took. */
export function toAscii({ chars }: Surface): void {
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at]!;
    if (char === continuation) chars[at] = "?";
    else if (char > "~") chars[at] = signOf.get(char) ?? "?";
  }
}
