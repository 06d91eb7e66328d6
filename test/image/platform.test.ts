import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { formatPlatform, normalizePlatform, parsePlatform, platformFit, selectPlatform } from "../../src/image/platform.ts";

const choice = (text: string) => {
  const [os = "", architecture = "", variant] = text.split("/");
  return { digest: `sha256:${text}`, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
};

function codeAndMessage(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (error instanceof BallastError) return [error.code, error.message];
  }
  throw new Error("no BallastError was thrown");
}

describe("--platform", () => {
  it.each([
    ["linux/amd64", "linux/amd64"],
    ["linux/x86_64", "linux/amd64"],
    ["arm64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/arm64/v8.0", "linux/arm64"],
    ["linux/arm/7", "linux/arm/v7"],
    ["linux/arm", "linux/arm/v7"],
    ["armhf", "linux/arm/v7"],
    ["Linux/AArch64", "linux/arm64"],
    ["windows(10.0.17763)/amd64", "windows/amd64"],
  ])("reads %s as %s", (typed, meant) => {
    expect(formatPlatform(parsePlatform(typed))).toBe(meant);
  });

  it.each(["", "linux", "a/b/c/d", "linux//v7", "lin ux/amd64", "linux/amd64\u001b[31m"])("refuses %j", (typed) => {
    expect(codeAndMessage(() => parsePlatform(typed))[0]).toBe("bad-argument");
  });

  it("finds arm64/v8 for arm64 and the other way round", () => {
    expect(platformFit({ os: "linux", architecture: "arm64" }, { os: "linux", architecture: "arm64", variant: "v8" })).toBeGreaterThan(0);
    expect(platformFit({ os: "linux", architecture: "arm64", variant: "v8" }, { os: "linux", architecture: "arm64" })).toBeGreaterThan(0);
  });

  it("takes the best variant that still runs, never a newer one", () => {
    const choices = [choice("linux/arm/v5"), choice("linux/arm/v6"), choice("linux/arm64")];
    expect(selectPlatform(choices, { os: "linux", architecture: "arm", variant: "v7" }, "x").digest).toBe("sha256:linux/arm/v6");
    expect(() => selectPlatform([choice("linux/amd64/v3")], { os: "linux", architecture: "amd64", variant: "v2" }, "x")).toThrow(
      BallastError,
    );
  });

  it("lists what there is when the platform is not", () => {
    const choices = [choice("linux/amd64"), choice("linux/arm64")];
    expect(codeAndMessage(() => selectPlatform(choices, { os: "linux", architecture: "s390x" }, "app:1"))).toEqual([
      "platform-not-found",
      "app:1 has no image for linux/s390x; it has linux/amd64, linux/arm64",
    ]);
  });

  it("tells Windows versions apart", () => {
    const windows = (osVersion: string) => ({
      digest: `sha256:${osVersion}`,
      platform: { os: "windows", architecture: "amd64", osVersion },
    });
    const choices = [windows("10.0.17763.1"), windows("10.0.20348.2")];
    expect(selectPlatform(choices, parsePlatform("windows(10.0.20348)/amd64"), "x").digest).toBe("sha256:10.0.20348.2");
    expect(codeAndMessage(() => selectPlatform(choices, parsePlatform("windows/amd64"), "x"))[0]).toBe("ambiguous-image");
  });

  it("gives equal platforms one spelling", () => {
    expect(normalizePlatform({ os: "linux", architecture: "amd64", variant: "v1" })).toEqual({ os: "linux", architecture: "amd64" });
  });
});
