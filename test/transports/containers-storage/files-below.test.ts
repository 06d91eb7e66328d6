import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { FilesBelow } from "../../../src/transports/containers-storage/files-below.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

function files(): { root: string; find: (path: string) => string } {
  const root = temporaryDirectory();
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  symlinkSync("/etc", join(root, "absolute"));
  symlinkSync("../../../../../..", join(root, "up"));
  symlinkSync("usr/bin", join(root, "bin"));
  symlinkSync("loop", join(root, "loop"));
  const below = new FilesBelow(root);
  return { root, find: (path) => below.find(path).toString() };
}

describe("a file of a layer", () => {
  it.each([
    ["usr/bin/sh", "usr/bin/sh"],
    ["./usr//bin/./sh", "usr/bin/sh"],
    ["bin/sh", "usr/bin/sh"],
    ["absolute/passwd", "etc/passwd"],
    ["up/etc/passwd", "etc/passwd"],
    ["../../etc/passwd", "etc/passwd"],
    ["usr/../../../etc/passwd", "etc/passwd"],
    ["loop/x", "loop/x"],
    ["absolute", "absolute"],
    ["..", ""],
  ])("%s lies at %s below the layer's directory", (path, expected) => {
    const { root, find } = files();
    expect(find(path)).toBe(`${root}/${expected}`);
  });

  it("may have a name that is no UTF-8", () => {
    const root = temporaryDirectory();
    expect(new FilesBelow(root).find("a/\xe9")).toEqual(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xe9])]));
  });
});
