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
  ["1d", 86_400_000],
  ["2w", 1_209_600_000],
  ["1d12h", 129_600_000],
  ["1.5us", 0.0015],
  ["2µs", 0.002],
  ["500000ns", 0.5],
  ["1y", null],
  ["1M", null],
  ["1 s", null],
  ["-1s", null],
  ["1h30", null],
  ["1e3", null],
  ["soon", null],
])("reads %s", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
