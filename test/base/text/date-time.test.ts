import { expect, it } from "vitest";

import { parseDay, parseTime } from "../../../src/base/text/date-time.ts";

it.each([
  ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31T12:00:00.123456789+01:00", "2026-01-31T11:00:00.123Z"],
  ["2024-02-29T23:59:59-07:30", "2024-03-01T07:29:59.000Z"],
])("reads the time %s", (text, iso) => {
  expect(new Date(parseTime(text)!).toISOString()).toBe(iso);
});

it.each([
  "2026-02-30T00:00:00Z",
  "2026-01-31T24:00:00Z",
  "2026-01-31T12:00:60Z",
  "2026-01-31T12:00Z",
  "2026-01-31 12:00:00Z",
  "2026-01-31T12:00:00",
  "2026-01-31T12:00:00+24:00",
  "2026-01-31",
  "2026",
  "yesterday",
  "",
])("takes %j for no time: Docker would not load an image of it", (text) => {
  expect(parseTime(text)).toBeNull();
});

it("knows which days a month has", () => {
  expect(["2024-02-29", "2023-02-29", "2026-02-30", "2026-13-01", "2026-1-1", "26-01-01"].map((text) => parseDay(text) !== null)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
