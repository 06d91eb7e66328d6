import { expect, it } from "vitest";

import { parseByteSize } from "../../../src/base/text/byte-size.ts";

// As go-humanize's own tests and dive's documentation have it.
const sizes: readonly (readonly [string, number | null])[] = [
  ["42", 42],
  ["42MB", 42_000_000],
  ["42Mb", 42_000_000],
  ["42MiB", 44_040_192],
  ["42mib", 44_040_192],
  ["42M", 42_000_000],
  ["42Mi", 44_040_192],
  ["42 MB", 42_000_000],
  ["42.5MB", 42_500_000],
  ["1,005.03 MB", 1_005_030_000],
  ["12.5 EB", 12_500_000_000_000_000_000],
  [".5kB", 500],
  ["0.7", 0],
  ["20 XB", null],
  ["MB", null],
  ["", null],
  ["-5", null],
  ["1e3", null],
  ["1.2.3", null],
  ["19 EiB", null],
];

it.each(sizes)("reads %s as dive does", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

it.each(["1,5MB", "10,00", "1,0000", "1.000,5MB", ",5", "1,,000", "1,000,00", "1,"])(
  "reads no comma as nothing where a point may be meant, and a limit would be ten times as high: %s",
  (text) => {
    expect(parseByteSize(text)).toBeNull();
  },
);
