import { expect, it } from "vitest";

import { digestOf, documentDigest, rememberDigest } from "../../src/image/digest.ts";

it("a document that is known by one algorithm is hashed by the other", () => {
  const bytes = Buffer.from("{}");
  const known = digestOf(Buffer.from("known from an earlier run"));
  rememberDigest(bytes, known);
  expect([documentDigest(bytes), documentDigest(bytes, "sha512")]).toEqual([known, digestOf(bytes, "sha512")]);
  expect(documentDigest(Buffer.from("{}"))).toBe(digestOf(bytes));
});
