import { beforeAll, describe, expect, it } from "vitest";

import { linearPattern, loadLinearEngine } from "../../../../analyzers/secrets/match/user/linear-pattern.ts";

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

beforeAll(loadLinearEngine);

describe("a person's own patterns", () => {
  it.each(cases)("%s in %j", (pattern, text, found) => {
    expect(linearPattern(pattern).exec(text)?.[0] ?? null).toBe(found);
  });

  it.each(["(?=a)", "(?<!a)b", "(a)\\1", "a{1001}", "\\C", "(a", "a)", "[a", "[b-a]", "\\", "*a"])(
    "%s is refused with a reason",
    (pattern) => {
      expect(() => linearPattern(pattern)).toThrow(/error parsing regexp|invalid|missing|unexpected|trailing/);
    },
  );
});
