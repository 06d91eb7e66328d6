import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { fromHome, lastingName, nameHere } from "../../src/commands/explore/choice/names.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

describe("a place typed on the screen", () => {
  it.each([
    ["~/out", "/home/me/out"],
    ["~", "/home/me"],
    ["oci:~/layout", "oci:/home/me/layout"],
    ["docker-archive:~/a.tar:app:1", "docker-archive:/home/me/a.tar:app:1"],
    ["~other/out", "~other/out"],
    ["out/~/x", "out/~/x"],
    ["a~", "a~"],
  ])("%s is %s", (typed, place) => {
    expect(fromHome(typed, { HOME: "/home/me" })).toBe(place);
  });

  it("keeps its ~ where nobody has a home", () => {
    expect(fromHome("~/out", { HOME: "" })).toBe("~/out");
    expect(fromHome("~/out", {})).toBe("~/out");
  });
});

describe("a name that is kept for other directories", () => {
  it("is absolute where it is a file's, with its transport and tag, and shown from home", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "app.tar");
    writeFileSync(path, "");
    expect(lastingName(path)).toBe(path);
    expect(lastingName(`docker-archive:${path}:app:1`)).toBe(`docker-archive:${path}:app:1`);
    expect(lastingName("./package.json")).toBe(join(process.cwd(), "package.json"));
    expect(nameHere(path, { HOME: directory })).toBe("~/app.tar");
    expect(nameHere(`docker-archive:${path}:app:1`, { HOME: directory })).toBe("docker-archive:~/app.tar:app:1");
    expect(nameHere(join(process.cwd(), "package.json"), { HOME: process.cwd() })).toBe("package.json");
  });

  it("is the same where it is none of a file; standard input has none", () => {
    expect(lastingName("docker://ghcr.io/a/b:1")).toBe("docker://ghcr.io/a/b:1");
    expect(nameHere("docker://ghcr.io/a/b:1", { HOME: "/" })).toBe("docker://ghcr.io/a/b:1");
    expect(lastingName("-")).toBeNull();
  });
});
