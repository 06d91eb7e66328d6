import { expect, it } from "vitest";

import { parseDuration } from "../../../src/base/text/duration.ts";

it.each([
  ["30", 30_000],
  ["1.5", 1500],
  [".5", 500],
  ["30s", 30_000],
  ["500ms", 500],
  ["1.5m", 90_000],
  ["1h30m", 5_400_000],
  ["1m1s1ms", 61_001],
  ["", null],
  ["s", null],
  ["1d", null],
  ["1 s", null],
  ["-1s", null],
  ["1h30", null],
  ["1e3", null],
  ["soon", null],
])("reads %s", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
