import { array, assert, property, string, uniqueArray } from "fast-check";
import { expect, it } from "vitest";

import { KeywordAutomaton } from "../../../../analyzers/secrets/match/scan/keyword-automaton.ts";

/** Few letters, so that keywords hold, begin and end each other. */
const word = string({ unit: "grapheme-ascii", minLength: 1, maxLength: 5 }).map((text) =>
  text.replace(/[^]/g, (c) => "ab-1"[c.charCodeAt(0) % 4]!),
);
const text = array(word, { maxLength: 40 }).map((words) => words.join("") + "zAB");

/** `end:keyword`, by looking for each of them at each place. */
function searched(keywords: readonly string[], bytes: string): string[] {
  const folded = bytes.toLowerCase();
  const found: string[] = [];
  for (let end = 1; end <= folded.length; end += 1)
    for (const keyword of keywords) if (folded.slice(0, end).endsWith(keyword)) found.push(`${end}:${keyword}`);
  return found.toSorted();
}

/** What the automaton finds when the text comes in two pieces. */
function found(keywords: readonly string[], bytes: string, cut: number): string[] {
  const automaton = new KeywordAutomaton(keywords);
  const hits: string[] = [];
  let state = 0;
  for (const [from, to] of [
    [0, cut],
    [cut, bytes.length],
  ] as const) {
    const buffer = Buffer.from(bytes, "latin1");
    for (let at = automaton.next(buffer, from, to, state); at >= 0; at = automaton.next(buffer, at, to, state)) {
      state = automaton.state;
      hits.push(...automaton.keywordsAt(state).map((index) => `${at}:${keywords[index]!}`));
    }
    state = automaton.state;
  }
  return hits.toSorted();
}

it("every keyword is found wherever it ends, in whatever pieces and letters the text comes", () => {
  assert(
    property(uniqueArray(word, { minLength: 1, maxLength: 12 }), text, (keywords, bytes) => {
      expect(found(keywords, bytes, Math.floor(bytes.length / 2))).toEqual(searched(keywords, bytes));
    }),
  );
});

it("a keyword inside another one, at its beginning and at its end", () => {
  expect(found(["abcd", "bc", "abc", "cd", "d"], "xABCDx", 3)).toEqual(["4:abc", "4:bc", "5:abcd", "5:cd", "5:d"]);
});
