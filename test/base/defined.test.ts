import { expect, it } from "vitest";

import { defined } from "../../src/base/defined.ts";

it("leaves out what is undefined or null, and nothing else, in the order given", () => {
  const kept = defined({ a: undefined, b: 0, c: null, d: "", e: false });
  expect(JSON.stringify(kept)).toBe('{"b":0,"d":"","e":false}');
  expect("a" in kept).toBe(false);
});
