/** As whom engines would start an image: what `root-user` judges. */
import { describe, expect, it } from "vitest";

import { parseBallastYaml } from "../../src/config/ballast-yaml.ts";
import { evaluateGate } from "../../src/gate/evaluate.ts";
import type { RuleResult } from "../../src/gate/verdict.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { directory, file, hardlink, symlink, tar, whiteout } from "../helpers/tar-fixture.ts";
import type { FixtureItem } from "../helpers/tar-fixture.ts";

interface Case {
  readonly user: string;
  readonly os?: string;
  /** Bottom first. */
  readonly layers?: readonly (readonly FixtureItem[])[];
}

async function judged({ user, os = "linux", layers = [[file("a", "1")]] }: Case): Promise<RuleResult> {
  const settings = await parseBallastYaml(".ballast.yaml", "rules: { root-user: true }");
  const scanner = new Scanner({ verify: true, rules: null, cacheDirectory: null, workers: 0 });
  try {
    const image = memoryImage(
      layers.map((items) => tar([...items])),
      { config: { os, config: { User: user } } },
    );
    const analysis = await analyzeImage(image, { scanner, duplicates: false });
    const rules = settings.rules!;
    return evaluateGate({ analysis, baseline: null, now: 0, settings: { rules, ignore: [], secretsAllow: [], sources: [] } }).rules[0]!;
  } finally {
    await scanner.close();
  }
}

const accounts = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:0::/app:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n";
const plain = [file("etc/passwd", accounts)];

describe("root-user", () => {
  it.each<[string, Case, string]>([
    ["another name of uid 0", { user: "toor", layers: [plain] }, "fail"],
    ["another name of uid 0 with a group", { user: "toor:1000", layers: [plain] }, "fail"],
    ["a user of its own in root's group", { user: "app:0", layers: [plain] }, "pass"],
    ["a uid in root's group", { user: "1000:0" }, "pass"],
    ["zeros", { user: "000" }, "fail"],
    ["a signed zero", { user: "-0" }, "fail"],
    ["a group alone", { user: ":1000" }, "fail"],
    ["root where no file names it", { user: "root" }, "fail"],
    [
      "a number that is the name of a root account, and a uid all the same",
      { user: "5", layers: [[file("etc/passwd", "5:x:0:0::/:\n")]] },
      "pass",
    ],
    ["a uid whose lowest 32 bits are zero", { user: "4294967296" }, "fail"],
    ["the first of two lines of a name", { user: "a", layers: [[file("etc/passwd", "a:x:7:7::/:\na:x:0:0::/:\n")]] }, "pass"],
    ["a line without a uid, which engines take for 0", { user: "a", layers: [[file("etc/passwd", "a:x::7::/:\n")]] }, "fail"],
    ["a uid that is not a number, which engines take for 0", { user: "a", layers: [[file("etc/passwd", "a:x:0x5:7::/:\n")]] }, "fail"],
    ["a uid in a line whose lowest 32 bits are zero", { user: "a", layers: [[file("etc/passwd", "a:x:4294967296:7::/:\n")]] }, "fail"],
    ["a uid in a line that is too large for 64 bits", { user: "a", layers: [[file("etc/passwd", `a:x:${2n ** 64n}:7::/:\n`)]] }, "pass"],
    ["blanks before a line, and CRLF", { user: "a", layers: [[file("etc/passwd", "\r\n  a:x:0:7::/:\r\n")]] }, "fail"],
    ["a name outside ASCII", { user: "näme", layers: [[file("etc/passwd", "näme:x:0:0::/:\n")]] }, "fail"],
    ["a file that a later layer replaces", { user: "app", layers: [plain, [file("etc/passwd", "app:x:0:0::/:\n")]] }, "fail"],
    ["a file that a later layer mends", { user: "toor", layers: [plain, [file("etc/passwd", "toor:x:9:0::/:\n")]] }, "pass"],
    [
      "a file behind a symlink",
      { user: "toor", layers: [[file("data/passwd", accounts), directory("etc"), symlink("etc/passwd", "../data/passwd")]] },
      "fail",
    ],
    ["a directory behind a symlink", { user: "toor", layers: [[file("usr/etc/passwd", accounts), symlink("etc", "usr/etc")]] }, "fail"],
    ["the administrator of Windows", { user: "ContainerAdministrator", os: "windows" }, "fail"],
    ["another user of Windows", { user: "ContainerUser", os: "windows" }, "pass"],
  ])("%s", async (_, given, expected) => {
    expect((await judged(given)).status).toBe(expected);
  });

  it("says why another name is root", async () => {
    const { evidence } = await judged({ user: "toor", layers: [plain] });
    expect(evidence[0]?.message).toBe("the image runs as toor, and /etc/passwd gives toor uid 0");
  });

  it.each<[string, Case]>([
    ["no file", { user: "app" }],
    ["no line", { user: "other", layers: [plain] }],
    ["a variable that was not filled in", { user: "$APP_USER", layers: [plain] }],
    ["a deleted file", { user: "app", layers: [plain, [whiteout("etc/passwd")]] }],
    ["a directory", { user: "app", layers: [[directory("etc/passwd")]] }],
    ["a number that is not a uid", { user: "2147483648" }],
  ])("passes what no engine starts, and says so: %s", async (_, given) => {
    const { status, note } = await judged(given);
    expect([status, note]).toEqual(["pass", expect.stringContaining("engines refuse to start the image")]);
  });

  it.each<[string, Case]>([
    ["longer than what is read", { user: "app", layers: [[file("etc/passwd", "#".repeat(1024 * 1024) + accounts)]] }],
    ["a hard link to a file that was not kept", { user: "app", layers: [[file("users", accounts), hardlink("etc/passwd", "users")]] }],
    ["a link to a file that was not kept", { user: "app", layers: [[file("users", accounts), symlink("etc/passwd", "/users")]] }],
  ])("is not judged by a file that was not read: %s", async (_, given) => {
    const { status, level, reason } = await judged(given);
    expect([status, level]).toEqual(["unjudged", "fail"]);
    expect(reason).toBe("/etc/passwd was not read, so nobody knows the uid of app; USER with a number says it");
  });
});
