import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { graphemes } from "../../src/terminal/graphemes.ts";
import { textWidth, truncate, truncateStart, wrap } from "../../src/terminal/width.ts";
import { threadTime } from "../helpers/thread-time.ts";

const letters = fc.constantFrom("a", "-", " ", "é", "e\u0301", "漢", "👀", "👩‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "한", "\u{1f44d}\u{1f3fd}", "क्षि");
const texts = fc.array(letters, { maxLength: 700 }).map((pieces) => pieces.join(""));
const whole = new Intl.Segmenter(undefined, { granularity: "grapheme" });

it("a text has the same characters piece by piece as when it is looked at whole", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect([...graphemes(text)]).toEqual(Array.from(whole.segment(text), ({ segment }) => segment));
    }),
    { numRuns: 60 },
  );
});

it("a letter under more marks than anybody writes loses none of them", () => {
  const text = `a${"\u0301".repeat(1000)}b`;
  expect([...graphemes(text)].join("")).toBe(text);
  expect(textWidth(text)).toBe(2);
});

it("lines keep every word, are no wider than they may be, and end when there are as many as are wanted", () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 4 }), (text, columns, wanted) => {
      const lines = wrap(text, columns);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
      expect(wrap(text, columns, wanted)).toEqual(lines.slice(0, wanted));
    }),
    { numRuns: 60 },
  );
});

it("a command of a megabyte without a space, or in Chinese, is broken and cut at once: it took minutes", () => {
  const begun = threadTime();
  const ascii = "QUJD".repeat(250_000);
  const chinese = "漢字".repeat(100_000);
  expect(wrap(ascii, 80)).toHaveLength(12_500);
  expect(wrap(chinese, 80)).toHaveLength(5000);
  expect(truncate(chinese, 5)).toBe("漢字…");
  expect(truncateStart(chinese, 5)).toBe("…漢字");
  expect(wrap(chinese, 4, 2)).toEqual(["漢字", "漢字"]);
  expect(threadTime() - begun).toBeLessThan(20_000);
});
