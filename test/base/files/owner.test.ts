import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect, it } from "vitest";

import { besideName, isTemporaryName } from "../../../src/base/files/owner.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

it.each([
  ["n", 255],
  ["é", 127],
  ["😀", 63],
])(
  "a file can be written beside one whose name is %s as often as names allow: it was cut to so many letters, not bytes",
  (letter, times) => {
    const beside = besideName(join(temporaryDirectory(), letter.repeat(times)));
    writeFileSync(beside, "");
    expect(isTemporaryName(basename(beside))).toBe(true);
  },
);
