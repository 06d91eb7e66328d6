import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { loadSettings } from "../../src/config/load.ts";
import type { SettingsFlags } from "../../src/config/load.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const load = (directory: string, flags: Partial<SettingsFlags> = {}, env: Record<string, string> = {}) =>
  loadSettings({ directory, flags, env });

describe("finding a configuration", () => {
  it("takes the nearest file, and does not look past the repository's root", async () => {
    const root = directoryWith({
      ".ballast.yaml": "rules: { layer-count: 1 }",
      "repo/.git/HEAD": "",
      "repo/.dive-ci": "rules: { lowestEfficiency: 0.5 }",
      "repo/app/deep/x": "",
    });
    const settings = await load(join(root, "repo/app/deep"));
    expect(settings.sources).toEqual(["../../.dive-ci"]);
    const other = directoryWith({ ".ballast.yaml": "rules: { layer-count: 1 }", "repo/.git": "gitdir: x", "repo/app/x": "" });
    expect((await load(join(other, "repo/app"))).sources).toEqual([]);
  });

  it("prefers .ballast.yaml to a .dive-ci beside it, and says so", async () => {
    const root = directoryWith({ ".ballast.yaml": "rules: { layer-count: 1 }", ".dive-ci": "rules: {}" });
    const settings = await load(root);
    expect([...settings.rules.keys()]).toEqual(["layer-count"]);
    expect(settings.notes.join()).toContain(".dive-ci is not used");
  });

  it("refuses a file that is named and missing", async () => {
    await expect(load(directoryWith({}), { config: "/nowhere/x.yaml" })).rejects.toMatchObject({ code: "bad-config" });
  });
});

describe("merging", () => {
  it("puts flags over environment over file", async () => {
    const root = directoryWith({ ".ballast.yaml": "rules:\n  image-size: { fail: 3MB, warn: 1MB, reason: why }\n  layer-count: 7\n" });
    const file = await load(root);
    expect(file.rules.get("image-size")).toMatchObject({ fail: 3_000_000, from: ".ballast.yaml:2" });
    const environment = await load(root, {}, { BALLAST_FAIL_IMAGE_SIZE: "2MB" });
    expect(environment.rules.get("image-size")).toMatchObject({
      fail: 2_000_000,
      warn: 1_000_000,
      because: "why",
      from: "BALLAST_FAIL_IMAGE_SIZE",
    });
    const flags = await load(root, { fail: ["image-size=1MB", "layer-count=off"] }, { BALLAST_FAIL_IMAGE_SIZE: "2MB" });
    expect(flags.rules.get("image-size")).toMatchObject({ fail: 1_000_000, from: "--fail" });
    expect(flags.rules.get("layer-count")?.fail).toBeNull();
  });

  it("has rules of its own only where nobody asks for any", async () => {
    const empty = directoryWith({});
    expect([...(await load(empty)).rules.keys()]).toEqual(["efficiency", "leftover-bytes", "secrets", "root-user"]);
    expect([...(await load(empty, { warn: ["layer-count=3"] })).rules.keys()]).toEqual(["layer-count"]);
    expect([...(await load(directoryWith({ ".ballast.yaml": "rules: {}" }))).rules.keys()]).toEqual([]);
  });

  it.each([
    [{ fail: ["imagesize=1MB"] }, /--fail: there is no rule "imagesize"; did you mean "image-size"/],
    [{ fail: ["image-size"] }, /gives no threshold/],
    [{ warn: ["efficiency=2"] }, /--warn: efficiency must lie between 0 and 1/],
    [{ lowestEfficiency: "1.5" }, /--lowestEfficiency/],
  ] as const)("refuses %j", async (args, message) => {
    await expect(load(directoryWith({}), args)).rejects.toMatchObject({
      code: "bad-argument",
      message: expect.stringMatching(message) as string,
    });
  });

  it("refuses a variable that names no rule", async () => {
    await expect(load(directoryWith({}), {}, { BALLAST_FAIL_IMAGESIZES: "1" })).rejects.toMatchObject({ code: "bad-config" });
  });
});

describe("dive's configuration", () => {
  const diveRules = async (directory: string, args: Partial<SettingsFlags> = {}, env: Record<string, string> = {}) =>
    Object.fromEntries([...(await load(directory, args, env)).rules].map(([id, { fail }]) => [id, fail]));
  const defaults = { lowestEfficiency: 0.9, highestWastedBytes: null, highestUserWastedPercent: 0.1 };

  it("gives rules that are absent dive's defaults", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  highestWastedBytes: 20MB\n" });
    expect(await diveRules(root)).toEqual({ ...defaults, highestWastedBytes: 20_000_000 });
  });

  it("applies them all when every rule is commented out", async () => {
    expect(await diveRules(directoryWith({ ".dive-ci": "rules:\n  # lowestEfficiency: 0.5\n" }))).toEqual(defaults);
    expect(await diveRules(directoryWith({ ".dive-ci": "" }))).toEqual(defaults);
  });

  it("reads strings, disabled rules and hyphenated names", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  lowest-efficiency: '0.75'\n  highestUserWastedPercent: disabled\n" });
    expect(await diveRules(root)).toEqual({ ...defaults, lowestEfficiency: 0.75, highestUserWastedPercent: null });
  });

  it("ignores what dive ignores, and says so with the nearest name", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  lowestEfficiencyThreshold: 0.99\nextra: 1\n" });
    const settings = await load(root);
    expect(settings.rules.get("lowestEfficiency")?.fail).toBe(0.9);
    expect(settings.notes).toEqual([
      expect.stringMatching(/^\.dive-ci:2: .*"lowestEfficiencyThreshold".*did you mean lowestEfficiency\?/),
      expect.stringMatching(/^\.dive-ci:3: .*"extra"/),
    ]);
  });

  it("applies with --ci, with CI=true where nothing else is set, with dive's flags and variables", async () => {
    const empty = directoryWith({});
    expect(await diveRules(empty, { ci: true })).toEqual(defaults);
    expect(await diveRules(empty, {}, { CI: "true" })).toEqual(defaults);
    expect(await diveRules(empty, { highestWastedBytes: "1kB" })).toEqual({ ...defaults, highestWastedBytes: 1000 });
    expect(await diveRules(empty, {}, { DIVE_RULES_LOWEST_EFFICIENCY: "0.5" })).toEqual({ ...defaults, lowestEfficiency: 0.5 });
    const ours = directoryWith({ ".ballast.yaml": "rules: { layer-count: 3 }" });
    expect(await diveRules(ours, {}, { CI: "true" })).toEqual({ "layer-count": 3 });
  });

  it("puts flags over its file", async () => {
    const root = directoryWith({ "ci/.dive-ci": "rules: { lowestEfficiency: 0.5, highestWastedBytes: 1MB }" });
    expect(await diveRules(root, { ciConfig: join(root, "ci/.dive-ci"), lowestEfficiency: "0.6" })).toEqual({
      lowestEfficiency: 0.6,
      highestWastedBytes: 1_000_000,
      highestUserWastedPercent: 0.1,
    });
  });

  it.each(["rules: { lowestEfficiency: 1.1 }", "rules: { highestWastedBytes: lots }", "rules: [x]"])(
    "refuses %s, naming the line",
    async (text) => {
      await expect(load(directoryWith({ ".dive-ci": text }))).rejects.toMatchObject({
        code: "bad-config",
        message: expect.stringContaining(".dive-ci:1") as string,
      });
    },
  );
});
