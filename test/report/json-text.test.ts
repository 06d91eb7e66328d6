import { expect, it } from "vitest";

import { jsonPieces, jsonText } from "../../src/report/json-text.ts";

const paths = (count: number): string[] => Array.from({ length: count }, (_, index) => `/srv/\u0085/file "${index}"\n`);
const few = { bytes: 5, digest: "sha256:00", paths: paths(3), nothing: undefined };
const many = { bytes: 7, digest: "sha256:ff", paths: paths(2500), nothing: undefined };

it.each([
  ["a list in which single rows hold long lists", [...Array.from({ length: 2100 }, () => few), many, many, few]],
  ["rows of which the first and the last hold long lists", [many, ...Array.from({ length: 999 }, () => few), many]],
  ["few rows, one of which holds a long list", [few, many, few]],
  ["a long list of no objects", [...paths(2001), null, undefined, [], {}]],
  ["no rows", []],
])("gives in pieces the text that is given whole: %s", (_, rows) => {
  const document = { before: 1, rows, inner: { rows, none: undefined }, last: {} };
  for (const depth of [1, 2, 3]) expect([...jsonPieces(document, depth)].join("")).toBe(jsonText(document));
});

it("never makes a text of all the paths of one row", () => {
  const pieces = [...jsonPieces({ rows: [few, many] }, 2)];
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(jsonText(many).length / 2);
});

it.each([0, 1, 1000, 2300])("writes %s rows that are made one by one as a list of them", (count) => {
  const rows = Array.from({ length: count }, (_, index) => (index === 1500 ? many : few));
  const pieces = [...jsonPieces({ rows: rows.values() }, 2)];
  expect(pieces.join("")).toBe(jsonText({ rows }));
});
