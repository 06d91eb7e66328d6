import { expect, it } from "vitest";

import { formatBytes, formatPercent, plural } from "../../src/terminal/format-bytes.ts";
import { inertLines, sanitize, sanitizeLines } from "../../src/terminal/sanitize.ts";
import { padEnd, textWidth, truncate, truncateStart, wrap } from "../../src/terminal/width.ts";

it.each([
  ["plain café 日本語 👀", "plain café 日本語 👀"],
  ["\u001b[31mred\u001b]0;title\u0007", "\\x1b[31mred\\x1b]0;title\\x07"],
  ["c1\u009b31m", "c1\\x9b31m"],
  ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["\u202egpj.exe\u2066", "\\u{202e}gpj.exe\\u{2066}"],
  ["zero\u200bwidth\ufeff", "zero\\u{200b}width\\u{feff}"],
  ["tag\u{e0041}", "tag\\u{e0041}"],
  ["lone\ud800half", "lone\\u{d800}half"],
  ["/srv/##vso[task.setvariable variable=PATH]/evil", "/srv/\\x23#vso[task.setvariable variable=PATH]/evil"],
  ["###[error]x ##teamcity[y]", "#\\x23#[error]x \\x23#teamcity[y]"],
  ["## [1.0] #[derive] ##x", "## [1.0] #[derive] ##x"],
])("%j is shown as %j", (text, shown) => {
  expect(sanitize(text)).toBe(shown);
});

it("keeps line ends and tabs only where several lines are shown", () => {
  expect(sanitizeLines("a\n\tb\u001bc")).toBe("a\n\tb\\x1bc");
});

it("begins no line with what GitHub's runner carries out", () => {
  expect(inertLines("::error::x\n  \u00a0::set-output name=a::b\na::b\n\n:: c")).toBe(
    "\\x3a:error::x\n  \u00a0\\x3a:set-output name=a::b\na::b\n\n\\x3a: c",
  );
});

it.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["👀", 2],
  ["한글", 4],
  ["🇩🇪", 2],
])("%s takes %i columns", (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

it("cuts text to columns, never in the middle of a character", () => {
  expect(truncate("abcdef", 4)).toBe("abc…");
  expect(truncate("日本語", 4)).toBe("日…");
  expect(truncateStart("/very/long/name", 6)).toBe("…/name");
  expect(padEnd("日", 4)).toBe("日  ");
  expect(wrap("one two threefour", 7)).toEqual(["one two", "threefo", "ur"]);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [999_949, "1.00 MB"],
  [1_155_941_376, "1.16 GB"],
  [12_345, "12.3 kB"],
])("%i bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it("never rounds a ratio to a claim it does not make", () => {
  expect(formatPercent(1)).toBe("100 %");
  expect(formatPercent(0.99999)).toBe("99.99 %");
  expect(formatPercent(0.00001)).toBe("0.01 %");
  expect(formatPercent(0)).toBe("0 %");
  expect(plural(1, "file")).toBe("1 file");
  expect(plural(2000, "file")).toBe("2,000 files");
});
