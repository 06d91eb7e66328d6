import { expect, it } from "vitest";

import { array, assert, property, string, uniqueArray } from "../../../helpers/draws.ts";
import { createKeywordAutomaton } from "../../../../analyzers/secrets/match/scan/keyword-automaton.ts";

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

/** What the automaton finds when the text comes in two pieces; each place once, in order. */
function found(keywords: readonly string[], bytes: string, cut: number): string[] {
  const automaton = createKeywordAutomaton(keywords);
  const hits: string[] = [];
  let state = 0;
  for (const [from, to] of [
    [0, cut],
    [cut, bytes.length],
  ] as const) {
    const buffer = Buffer.from(bytes, "latin1");
    const places = automaton.find(buffer, from, to, state);
    const ends = [...automaton.ends.subarray(0, places)];
    expect(ends).toEqual([...new Set(ends)].toSorted((a, b) => a - b));
    for (const [place, end] of ends.entries())
      hits.push(...automaton.keywordsAt(automaton.states[place]!).map((index) => `${end}:${keywords[index]!}`));
    state = automaton.state;
  }
  return hits.toSorted();
}

it("every keyword is found wherever it ends, in whatever pieces and letters the text comes", () => {
  assert(
    property(uniqueArray(word, { minLength: 1, maxLength: 12 }), text, (keywords, bytes) => {
      // Each length of text is read in one go or in halves, depending on the keywords.
      for (const cut of [Math.floor(bytes.length / 2), 1, bytes.length - 1])
        expect(found(keywords, bytes, cut)).toEqual(searched(keywords, bytes));
    }),
  );
});

it("a keyword inside another one, at its beginning and at its end", () => {
  expect(found(["abcd", "bc", "abc", "cd", "d"], "xABCDx", 3)).toEqual(["4:abc", "4:bc", "5:abcd", "5:cd", "5:d"]);
});

it("a keyword that lies over the middle of a text, which is read in halves", () => {
  const keywords = ["key", "monkey", "keyword"];
  for (let at = 90; at < 110; at += 1) {
    const bytes = `${"m".repeat(at)}MonKeyWord${"k".repeat(200 - at - 10)}`;
    expect(found(keywords, bytes, 0)).toEqual(searched(keywords, bytes));
  }
});
