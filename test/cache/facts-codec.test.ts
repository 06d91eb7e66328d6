import { expect, it } from "vitest";

import type { TreeFigures } from "../../analyzers/analysis.ts";
import { decodeFacts, encodeFacts } from "../../src/cache/facts-codec.ts";

const owners = new Int32Array([7, -1, 0, 2 ** 31 - 1]);
const figures: TreeFigures = {
  liveCount: 2,
  layerBytes: [3, 4],
  warnings: [],
  finalBytes: 7,
  waste: [],
  duplicates: [],
  leftovers: [],
  packages: {
    owners: [],
    packages: [],
    findings: [],
    unownedBytes: 7,
    warnings: [],
    entryOwners: [owners, owners.subarray(1, 3), new Int32Array(0)],
  },
  accounts: new Map([
    ["root", 0],
    ["__proto__", 1000],
  ]),
  unknownLayers: [1],
};

it.each([figures, { ...figures, accounts: null }])("figures come back with the numbers and names that they had", (kept) => {
  expect(decodeFacts("figures", encodeFacts("figures", kept))).toStrictEqual(kept);
});

it("what was found in a layer comes back, with the digests of its suspects", () => {
  const secrets = {
    hits: [],
    unscanned: [{ entry: 4, reason: "too large" }],
    suspects: new Map([[3, { md5: "a", sha1: "b", sha256: "c" }]]),
  };
  expect(decodeFacts("secrets", encodeFacts("secrets", secrets))).toStrictEqual(secrets);
});

it("damaged facts are refused, not taken for others", () => {
  const bytes = encodeFacts("figures", figures);
  expect(() => decodeFacts("figures", bytes.subarray(0, -1))).toThrow();
  expect(() =>
    decodeFacts("figures", encodeFacts("dive", { efficiency: 1, sizeBytes: 1, userSizeBytes: 0, wastedBytes: 0, wastedUserPercent: null })),
  ).toThrow();
});
