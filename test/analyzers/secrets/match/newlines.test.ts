import { expect, it } from "vitest";

import { array, assert, constantFrom, nat, property } from "../../../helpers/draws.ts";
import { countNewlines } from "../../../../analyzers/secrets/match/scan/newlines.ts";

/** Bytes whose bits are those of a newline but for one, and those at the ends of what a byte can be. */
const byte = constantFrom(0x0a, 0x0a, 0x8a, 0x0b, 0x09, 0x4a, 0x00, 0xff, 0x7f, 0x80, 0x20);

it("newlines are counted whatever stands around them and wherever the bytes lie in memory", () => {
  assert(
    property(array(byte, { maxLength: 40 }), nat(3), nat(12), nat(40), (bytes, offset, from, to) => {
      const memory = Buffer.allocUnsafeSlow(offset + bytes.length);
      memory.set(bytes, offset);
      const end = Math.min(to, bytes.length);
      const expected = bytes.filter((value, at) => at >= from && at < end && value === 0x0a).length;
      expect(countNewlines(memory.subarray(offset), from, end)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
