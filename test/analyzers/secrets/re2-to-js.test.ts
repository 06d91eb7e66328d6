import { describe, expect, it } from "vitest";

import { translateRe2 } from "../../../analyzers/secrets/match/re2-to-js.ts";

/** What Go's regexp finds first, by the rules of RE2's syntax page. */
const cases: [pattern: string, text: string, found: string | null][] = [
  ["(?i)acme", "xACMEx", "ACME"],
  ["a(?i)b", "aB", "aB"],
  ["a(?i)b", "AB", null],
  ["(?i:a)b", "Ab", "Ab"],
  ["(?i:a)b", "AB", null],
  ["(?i)a(?-i:b)c", "AbC", "AbC"],
  ["(?i)a(?-i:b)c", "ABC", null],
  ["(?i)[a-f0-9]{4}", "A1Fe", "A1Fe"],
  ["(?i)[^a-c]", "ABd", "d"],
  ["a.b", "a\nb", null],
  ["(?s)a.b", "a\nb", "a\nb"],
  ["(?s:a.)b.", "a\nb\n", null],
  ["^b", "a\nb", null],
  ["(?m)^b$", "a\nb\nc", "b"],
  ["a\\z", "a\n", null],
  ["\\Aab", "ab", "ab"],
  ["[[:alnum:]]+", "-a1Z-", "a1Z"],
  ["[[:xdigit:][:space:]]+", "xyz a1 ", " a1 "],
  ["\\s", "\v", null],
  ["[\\s]", "\u00a0", null],
  ["\\S+", "\u00a0b", "\u00a0b"],
  ["(?P<key>a)(?<value>b)", "ab", "ab"],
  ["\\Qa.b*\\E+", "a.b**", "a.b**"],
  ["\\x41\\x{42}", "AB", "AB"],
  ["x{2,}y{", "xxxy{", "xxxy{"],
  ["[]a]+", "]a]", "]a]"],
  ["[^]]", "]b", "b"],
  ["[a\\-z]+", "-az", "-az"],
  ["[\\w.-]+", "a.b-c", "a.b-c"],
  ["a/b", "a/b", "a/b"],
  ["(?:a|b)+?c", "abac", "abac"],
];

describe("RE2 patterns in JavaScript", () => {
  it.each(cases)("%s in %j", (pattern, text, found) => {
    expect(new RegExp(translateRe2(pattern)).exec(text)?.[0] ?? null).toBe(found);
  });

  it.each(["(?=a)", "(?<!a)b", "(?U)a", "\\pL", "\\C", "(a", "a)", "[a", "[b-a]", "\\", "[[:^alpha:]]", "*a"])(
    "%s is refused with a reason",
    (pattern) => {
      expect(() => translateRe2(pattern)).toThrow(SyntaxError);
    },
  );
});
