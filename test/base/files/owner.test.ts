import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect, it } from "vitest";

import { besideName, isTemporaryName, ownerName, sweepAbandoned, temporaryName } from "../../../src/base/files/owner.ts";
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

it.runIf(process.platform === "linux")(
  "what dead processes left is swept, also when their number was given out again; what is in use stays",
  async () => {
    const directory = temporaryDirectory();
    const [pid = "", start = "", place = ""] = ownerName().split("-");
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    const random = "0123456789ab";
    const kept = [
      temporaryName(),
      `.app.tar.${ownerName()}-${random}.partial`,
      // Another machine, or another container that shares the directory.
      `ballast-${dead}-${start}-${place === "00000000" ? "11111111" : "00000000"}-${random}`,
      `ballast-${dead}-${start}-${place}-${random}.txt`,
      "app.tar",
    ];
    const left = [
      `ballast-${dead}-${start}-${place}-${random}`,
      `.app.tar.${dead}-${start}-${place}-${random}.partial`,
      // Our own number, of a process that started before this one.
      `ballast-${pid}-${Number(start) - 1}-${place}-${random}`,
    ];
    for (const name of [...kept, ...left]) writeFileSync(join(directory, name), "");
    await sweepAbandoned(directory);
    expect(readdirSync(directory).sort()).toEqual(kept.sort());
  },
);
