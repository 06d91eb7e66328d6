import { expect, it } from "vitest";

import { csvOf } from "../../src/report/csv.ts";

it.each([
  ["=1+1", '"\'=1+1"'],
  ["+1", '"\'+1"'],
  ["-2+3+cmd|' /C calc'!A0", "\"'-2+3+cmd|' /C calc'!A0\""],
  ["@SUM(1+1)*cmd|' /C calc'!A0", "\"'@SUM(1+1)*cmd|' /C calc'!A0\""],
  ["@a/b(1)", '"\'@a/b(1)"'],
  ["-12.5", "-12.5"],
  ["@scope/name@1.0.0", "@scope/name@1.0.0"],
  ['say "hi", twice', '"say ""hi"", twice"'],
])("writes %j so that no spreadsheet runs it", (text, cell) => {
  expect(csvOf(["name"], [[text]])).toBe(`name\r\n${cell}\r\n`);
});
