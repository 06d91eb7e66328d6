import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { makeDirectory } from "../../../src/base/files/make-directory.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

it("makes what is missing, with the mode asked for, and nothing else", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "a"), { mode: 0o755 });
  makeDirectory(join(directory, "a/b/c"), 0o700);
  makeDirectory(join(directory, "a/b/c"));
  expect(["a", "a/b", "a/b/c"].map((path) => statSync(join(directory, path)).mode & 0o777)).toEqual([0o755, 0o700, 0o700]);
  expect(readdirSync(directory)).toEqual(["a"]);
});

it("fails where a part of the path is a file", () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "file"), "");
  expect(() => makeDirectory(join(directory, "file/below"))).toThrow(/ENOTDIR/);
});

it.skipIf(process.platform !== "linux")("fails at once where the system never makes one: Node's own went on for ever below /proc", () => {
  expect(() => makeDirectory("/proc/none/of/this")).toThrow(/ENOENT/);
});
