import { describe, expect, it } from "vitest";

import { commandLine } from "../../src/command-line/parse.ts";
import type { CommandIo } from "../../src/commands/command.ts";
import { build, splitBuildArguments, tagsIn } from "../../src/commands/build.ts";

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

  it.each(["--fail", "--warn=image-size=1MB", "--engine", "--ci"])(
    "does not hand its own %s to a builder that knows no such flag",
    (word) => {
      expect(() => splitBuildArguments([word, "x", "-t", "app", "."])).toThrow(/is Ballast's, and without a --/);
    },
  );

  it.each([
    [["--fial", "x"], /fial/],
    [["--fail", "image-sise=1MB"], 'there is no rule "image-sise"'],
    [["--config", "missing.yaml"], "cannot read the configuration missing.yaml"],
  ])("refuses %j before anything is built", async (own, message) => {
    // Nothing of that name could build.
    const io = { stdout: process.stdout, env: { PATH: "", CI: "true" } } as unknown as CommandIo;
    await expect(build.run({ engine: null, host: null, arguments: [...own, "--", "."] }, io, commandLine)).rejects.toThrow(message);
  });

  it("finds tags in all the forms that docker reads", () => {
    expect(tagsIn(["-t", "a:1", "--tag", "b", "--tag=c", "-td", "--target", "stage", "-t=e", "."])).toEqual(["a:1", "b", "c", "d", "e"]);
  });
});
