import { expect, it } from "vitest";

import { isCi } from "../../src/config/ci.ts";

it.each([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["woodpecker", true],
  ["", false],
  ["0", false],
  ["false", false],
  ["FALSE", false],
  ["no", false],
  [undefined, false],
])("CI=%s is a pipeline: %s", (value, expected) => {
  expect(isCi({ CI: value })).toBe(expected);
});
