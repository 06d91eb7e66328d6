import { describe, expect, it } from "vitest";

import type { Holding } from "../../../analyzers/ledger/holding.ts";
import { holdingName } from "../../../analyzers/ledger/holding.ts";
import { momentOf, selectByDate } from "../../../src/operations/survey/select.ts";

function tagged(name: string, ...created: (string | null)[]): Holding {
  const [repository = "", tag = null] = name.split(":");
  const images = created.map((date, index) => ({
    id: `${name} ${index}`,
    configDigest: "",
    platform: "linux/amd64",
    created: date,
    layers: [],
    documents: [],
    base: null,
  }));
  return { repository, tag, images, other: [] };
}

const names = (holdings: ReadonlySet<Holding>): string[] => [...holdings].map((holding) => holdingName(holding)).sort();

const holdings = [
  tagged("app:old", "2024-01-01T00:00:00Z"),
  tagged("app:undated", null),
  tagged("app:new", "2026-01-01T00:00:00Z"),
  tagged("app:several", "2020-01-01T00:00:00Z", "2025-06-01T00:00:00Z"),
  tagged("base:undated", null),
];

describe("tags of a survey by date", () => {
  it("are the newest of each repository; one without a date is the oldest, and one of several platforms as new as the newest of them", () => {
    expect(names(selectByDate(holdings, { latest: 2, newerThan: null }))).toEqual(["app:new", "app:several", "base:undated"]);
    expect(names(selectByDate(holdings, { latest: 3, newerThan: null }))).toEqual(["app:new", "app:old", "app:several", "base:undated"]);
  });

  it("of one date are told apart by their names, whatever their order", () => {
    const same = ["1", "2", "10"].map((tag) => tagged(`app:${tag}`, "2026-01-01T00:00:00Z"));
    const chosen = names(selectByDate(same, { latest: 1, newerThan: null }));
    expect(names(selectByDate(same.toReversed(), { latest: 1, newerThan: null }))).toEqual(chosen);
  });

  it("are none older than the moment, and none without a date", () => {
    const newerThan = Date.parse("2025-06-01T00:00:00Z");
    expect(names(selectByDate(holdings, { latest: null, newerThan }))).toEqual(["app:new", "app:several"]);
    expect(names(selectByDate(holdings, { latest: 1, newerThan }))).toEqual(["app:new"]);
  });
});

it("an age is counted back from now, a date is itself, and anything else is refused", () => {
  const now = Date.parse("2026-06-15T12:00:00Z");
  expect(momentOf("2w", now)).toBe(Date.parse("2026-06-01T12:00:00Z"));
  expect(momentOf("2026-01-31", now)).toBe(Date.parse("2026-01-31T00:00:00Z"));
  expect(() => momentOf("soon", now)).toThrow('--newer-than is "soon"');
  expect(() => momentOf("30", now)).toThrow('--newer-than is "30"');
});
