import { expect, it } from "vitest";

import { applyAllowList } from "../../analyzers/secrets/findings/allow-list.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { isExpired } from "../../src/base/expiry.ts";
import type { IgnoreEntry } from "../../src/config/settings.ts";
import { ignoreList } from "../../src/gate/ignore.ts";

it.each([
  ["2027-01-31T00:00:00Z", false],
  ["2027-01-31T23:59:59.999Z", false],
  ["2027-02-01T00:00:00Z", true],
])("what expires on 2027-01-31 is over at %s: %s, to the gate and to secrets", (time, over) => {
  const now = Date.parse(time);
  expect(isExpired("2027-01-31", now)).toBe(over);
  const entry: IgnoreEntry = { rule: "secrets", path: "/a", fingerprint: null, reason: "r", expires: "2027-01-31", from: "x:1" };
  expect(ignoreList([entry], now).expired).toHaveLength(over ? 1 : 0);
  const finding = { fingerprint: "f", rule: "r", locations: [] as never } as Partial<SecretFinding> as SecretFinding;
  const { expired } = applyAllowList([finding], [{ fingerprint: "f", reason: "r", expires: "2027-01-31" }], new Set(), new Date(now));
  expect(expired).toHaveLength(over ? 1 : 0);
});

it("without a date nothing is ever over", () => {
  expect(isExpired(null, 8.64e15)).toBe(false);
});
