import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

import { expect, it } from "vitest";

import type { BallastError } from "../../src/base/errors.ts";
import { disk } from "../../src/transports/disk.ts";
import { parseImageName } from "../../src/transports/name.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function refused(path: string): BallastError {
  try {
    disk.kind(path);
  } catch (error) {
    return error as BallastError;
  }
  return expect.unreachable("it was looked at");
}

it("a link that leads nowhere is named with what it leads to, and not proposed as what may be meant", () => {
  const link = join(temporaryDirectory(), "app.tar");
  symlinkSync("gone/app.tar", link);
  expect(refused(link).message).toBe(`${link} is a symbolic link to gone/app.tar, where there is nothing`);
  expect(refused(link).code).toBe("image-not-found");
});

it("links in a circle are said to be that", () => {
  const link = join(temporaryDirectory(), "app.tar");
  symlinkSync("app.tar", link);
  expect(refused(link).message).toBe(`${link} cannot be read: its symbolic links go in a circle`);
});

it("a word that cannot be looked at is still a name of an image", () => {
  const names = [`nginx:${"1".repeat(300)}`, "a\0b"];
  expect(names.map((name) => disk.kind(name))).toEqual([null, null]);
  const blind = { near: () => null, kind: (path: string) => disk.kind(join(link, path)) };
  const link = join(temporaryDirectory(), "loop");
  symlinkSync("loop", link);
  expect(parseImageName("nginx:1", blind)).toEqual({ kind: "anywhere", name: "nginx:1" });
  expect(() => parseImageName("./app.tar", blind)).toThrow("go in a circle");
});

it("a path from home that the shell left alone is proposed with the home directory", () => {
  expect(disk.near("~/no such file.tar")).toBeNull();
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "x"));
  writeFileSync(join(directory, "app.tar"), "");
  const upwards = homedir()
    .split("/")
    .filter(Boolean)
    .map(() => "..");
  const path = ["~", ...upwards, directory.slice(1), "app.tar"].join("/");
  expect(disk.near(path)).toBe(join(directory, "app.tar"));
  expect(basename(path)).toBe("app.tar");
});
