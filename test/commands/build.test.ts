import { describe, expect, it } from "vitest";

import { splitBuildArguments, tagsIn } from "../../src/commands/build.ts";

describe("ballast build", () => {
  it("hands everything to the builder when there is no --", () => {
    const words = ["-t", "app", "--build-arg", "A=--fail", "."];
    expect(splitBuildArguments(words)).toEqual({ engine: null, host: null, own: [], engineArguments: words });
  });

  it("keeps what stands before -- and takes engine and host out of it", () => {
    expect(splitBuildArguments(["--engine", "podman", "--fail", "image-size=1MB", "--host=unix:///x", "--", "-t", "a", "--", "."])).toEqual(
      {
        engine: "podman",
        host: "unix:///x",
        own: ["--fail", "image-size=1MB"],
        engineArguments: ["-t", "a", "--", "."],
      },
    );
  });

  it.each([[["--engine", "kaniko", "--"]], [["--engine", "--"]], [["--host=", "--"]]])("refuses %j", (words) => {
    expect(() => splitBuildArguments(words)).toThrow(/--engine|--host/);
  });

  it("finds tags in all the forms that docker reads", () => {
    expect(tagsIn(["-t", "a:1", "--tag", "b", "--tag=c", "-td", "--target", "stage", "-t=e", "."])).toEqual(["a:1", "b", "c", "d", "e"]);
  });
});
