import { chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync, truncateSync } from "node:fs";
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

describe("an unset variable in a pipeline drops no rule", () => {
  it("refuses a threshold without a value, and takes an empty variable for none", async () => {
    const root = directoryWith({});
    await expect(load(root, { fail: ["secrets="] })).rejects.toMatchObject({
      code: "bad-argument",
      message: '--fail: secrets has no value; "off" switches the rule off',
    });
    expect((await load(root, {}, { BALLAST_FAIL_SECRETS: "" })).rules.get("secrets")).toMatchObject({ fail: "high", from: "default" });
  });

  it("says which of several thresholds holds, and names both flags of a rule that has two", async () => {
    const settings = await load(directoryWith({}), { fail: ["image-size=1kB", "image-size=1GB", "secrets=high"], warn: ["secrets=low"] });
    expect(settings.rules.get("image-size")).toMatchObject({ fail: 1e9 });
    expect(settings.rules.get("secrets")).toMatchObject({ fail: "high", warn: "low", from: "--fail, --warn" });
    expect(settings.gateNotes).toEqual(["--fail image-size is given more than once: the last, 1GB, holds"]);
  });
});

describe("finding a configuration", () => {
  it("takes a .dive-ci that is named as it takes one that is found: Ballast's defaults judged, too", async () => {
    const root = directoryWith({ "ci/.dive-ci": "rules: { lowestEfficiency: 0.5 }" });
    const { rules } = await load(root, { config: join(root, "ci/.dive-ci") });
    expect(rules.get("lowestEfficiency")).toMatchObject({ fail: 0.5 });
    expect([rules.has("efficiency"), rules.has("highestUserWastedPercent")]).toEqual([false, true]);
  });

  it("says what lies beside and is not used", async () => {
    const root = directoryWith({ ".ballast.yaml": "", ".ballast.yml": "rules: { secrets: off }", ".dive-ci": "" });
    expect((await load(root)).notes).toEqual([
      ".ballast.yml is not used: there is a .ballast.yaml beside it",
      ".dive-ci is not used: there is a .ballast.yaml beside it",
    ]);
    expect((await load(directoryWith({ ".ballast.yml": "rules: { secrets: off }" }))).rules.get("secrets")).toMatchObject({ fail: null });
  });

  it("says that a .ballast.yaml is not used where a variable brings a .dive-ci along, and refuses two of dive's", async () => {
    const root = directoryWith({ ".ballast.yaml": "rules: { secrets: low }", "x/.dive-ci": "rules:" });
    const named = join(root, "x/.dive-ci");
    expect((await load(root, { ciConfig: named })).notes).toEqual([`.ballast.yaml is not used: ${named} is named instead`]);
    expect((await load(join(root, "x"), { ciConfig: named })).notes).toEqual([]);
    await expect(load(root, { config: named, ciConfig: join(root, "other") })).rejects.toMatchObject({ code: "bad-config" });
    expect((await load(root, { config: named, ciConfig: named })).rules.get("lowestEfficiency")?.fail).toBe(0.9);
  });

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

  it("looks in the working directory alone outside a repository: anyone may put a file above it", async () => {
    const shared = directoryWith({ ".ballast.yaml": "rules: { layer-count: 1 }", "build/x": "", "own/.dive-ci": "" });
    expect((await load(join(shared, "build"))).sources).toEqual([]);
    expect((await load(join(shared, "own"))).sources).toEqual([".dive-ci"]);
    expect((await load(shared)).sources).toEqual([".ballast.yaml"]);
  });

  it("refuses what is not a file: other rules judged where an engine had made a directory of a file to be mounted", async () => {
    for (const name of [".ballast.yaml", ".ballast.yml", ".dive-ci"]) {
      const root = directoryWith({ "repo/.git/HEAD": "", [`repo/${name}/x`]: "", "repo/app/x": "" });
      await expect(load(join(root, "repo/app"))).rejects.toMatchObject({
        code: "bad-config",
        message: `the configuration ${join(root, "repo", name)} is not a file`,
      });
      const linked = directoryWith({});
      symlinkSync("nowhere", join(linked, name));
      await expect(load(linked)).rejects.toMatchObject({
        code: "bad-config",
        message: expect.stringContaining("leads to no file") as string,
      });
    }
  });

  it("refuses a file that is too long for a configuration: 300 MB of zeros were parsed without end", async () => {
    for (const name of [".ballast.yaml", ".dive-ci"]) {
      const directory = directoryWith({ [name]: "" });
      truncateSync(join(directory, name), 300_000_000);
      await expect(load(directory)).rejects.toMatchObject({
        code: "bad-config",
        message: expect.stringContaining("has more than 1048576 bytes") as string,
      });
    }
  });

  it.runIf(process.getuid?.() === 0)("refuses a file of another user unless it is named, as git does", async () => {
    for (const [name, flag] of [
      [".ballast.yaml", "config"],
      [".dive-ci", "ci-config"],
    ] as const) {
      const root = directoryWith({ "repo/.git/HEAD": "", [`repo/${name}`]: "", "repo/app/x": "" });
      const path = join(root, "repo", name);
      chownSync(path, 12345, 12345);
      await expect(load(join(root, "repo/app"))).rejects.toMatchObject({
        code: "bad-config",
        message: expect.stringContaining("belongs to another user (12345") as string,
        hint: expect.stringContaining(`--${flag} ${path}`) as string,
      });
      expect((await load(join(root, "repo/app"), { [flag === "config" ? flag : "ciConfig"]: path })).sources).toEqual([`../${name}`]);
      // Whoever became root with sudo still owns what they own.
      expect((await load(join(root, "repo/app"), {}, { SUDO_UID: "12345" })).sources).toEqual([`../${name}`]);
    }
    const linked = directoryWith({ "mine.yaml": "" });
    symlinkSync("mine.yaml", join(linked, ".ballast.yaml"));
    lchownSync(join(linked, ".ballast.yaml"), 12345, 12345);
    await expect(load(linked)).rejects.toMatchObject({ code: "bad-config" });
  });

  it("prefers .ballast.yaml to a .dive-ci beside it, and says so", async () => {
    const root = directoryWith({ ".ballast.yaml": "rules: { layer-count: 1 }", ".dive-ci": "rules: {}" });
    const settings = await load(root);
    expect(settings.rules.get("layer-count")?.fail).toBe(1);
    expect(settings.rules.has("lowestEfficiency")).toBe(false);
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

  const standard = ["efficiency", "leftover-bytes", "secrets", "root-user"];

  it("keeps every default but that of the rule that is set, warned about or switched off", async () => {
    const empty = directoryWith({});
    const own = async (args: Partial<SettingsFlags>, env: Record<string, string> = {}, files: Record<string, string> = {}) =>
      [...(await load(directoryWith(files), args, env)).rules.entries()].filter(([, { from }]) => from === "default").map(([id]) => id);
    expect([...(await load(empty)).rules.keys()]).toEqual(standard);
    expect(await own({ warn: ["layer-count=3"] })).toEqual(standard);
    expect(await own({ fail: ["image-size=1GB"] })).toEqual(standard);
    expect(await own({ fail: ["efficiency=off"] })).toEqual(["leftover-bytes", "secrets", "root-user"]);
    expect(await own({ warn: ["secrets=low"] })).toEqual(["efficiency", "leftover-bytes", "root-user"]);
    expect(await own({}, { BALLAST_FAIL_ROOT_USER: "true" })).toEqual(["efficiency", "leftover-bytes", "secrets"]);
    expect(await own({}, {}, { ".ballast.yaml": "rules: {}" })).toEqual(standard);
    expect(await own({}, {}, { ".ballast.yaml": "rules: { root-user: off }" })).toEqual(["efficiency", "leftover-bytes", "secrets"]);
    expect(await own({}, {}, { ".ballast.yaml": "ignore: [{ rule: root-user, reason: test }]" })).toEqual(standard);
    expect(await own({}, {}, { ".ballast.yaml": "defaults: none" })).toEqual([]);
    expect(await own({ rules: "ballast" }, {}, { ".ballast.yaml": "defaults: none" })).toEqual(standard);
  });

  it("says so where a rule only warns that failed by default", async () => {
    const { rules, gateNotes } = await load(directoryWith({}), { warn: ["secrets=low"] });
    expect(rules.get("secrets")).toMatchObject({ fail: null, warn: "low" });
    expect(gateNotes).toEqual(["secrets only warns: --warn takes the place of its default, which fails"]);
  });

  it("says what a variable or a flag silences: BALLAST_FAIL_SECRETS=off in a pipeline dropped the rule without a word", async () => {
    const by = async (env: Record<string, string>, flags: Partial<SettingsFlags> = {}, file = "") =>
      (await load(directoryWith({ ".ballast.yaml": file }), flags, env)).gateNotes;
    expect(await by({ BALLAST_FAIL_SECRETS: "off" })).toEqual([
      "secrets is off: BALLAST_FAIL_SECRETS takes the place of its default, which fails",
    ]);
    expect(await by({ BALLAST_WARN_SECRETS: "low" })).toEqual([
      "secrets only warns: BALLAST_WARN_SECRETS takes the place of its default, which fails",
    ]);
    expect(await by({}, { fail: ["image-size=off"] }, "rules: { image-size: { fail: 1MB, warn: 1kB } }")).toEqual([
      "image-size only warns: --fail takes the place of what .ballast.yaml:1 says, which fails",
    ]);
    expect(await by({}, {}, "rules: { secrets: { warn: low } }")).toEqual([
      "secrets only warns: .ballast.yaml:1 takes the place of its default, which fails",
    ]);
    // Said in so many words, or nothing that failed before.
    expect(await by({}, {}, "rules: { secrets: { fail: off, warn: low }, efficiency: off }")).toEqual([]);
    expect(await by({ BALLAST_FAIL_ROOT_USER: "off" }, { fail: ["image-size=off"] })).toEqual([]);
  });

  it("keeps the default beside thresholds of single surfaces: a private key in a file passed where only labels were named", async () => {
    const { rules } = await load(directoryWith({ ".ballast.yaml": "rules: { secrets: { surfaces: { label: low } } }" }));
    expect(rules.get("secrets")).toMatchObject({ fail: "high", warn: "medium", surfaces: { label: { fail: "low" } } });
    const off = await load(directoryWith({ ".ballast.yaml": "rules: { secrets: { fail: off, surfaces: { label: low } } }" }));
    expect(off.rules.get("secrets")).toMatchObject({ fail: null, warn: null });
  });

  it("takes the default about secrets away where secrets are not looked for, and says so in one line", async () => {
    const off = await load(directoryWith({}), { secrets: "off" });
    expect([...off.rules.keys()]).toEqual(["efficiency", "leftover-bytes", "root-user"]);
    expect(off.gateNotes).toEqual(["secrets are not looked for (--secrets off), so the default rule about them is off"]);
    const file = await load(directoryWith({ ".ballast.yaml": "secrets: { scan: off }" }));
    expect([file.rules.has("secrets"), file.gateNotes.length]).toEqual([false, 1]);
    // Who asks for the rule and switches the scan off is not to pass because nobody looked.
    expect((await load(directoryWith({}), { secrets: "off", fail: ["secrets=high"] })).rules.get("secrets")?.fail).toBe("high");
    expect((await load(directoryWith({}), { secrets: "config" })).gateNotes).toEqual([
      "secrets are looked for in config and history only (--secrets config), not in the contents of files",
    ]);
  });

  it("never asks whether this is CI", async () => {
    const files = [{}, { ".ballast.yaml": "rules: { layer-count: 3 }" }, { ".dive-ci": "rules: { lowestEfficiency: 0.5 }" }];
    const flags: Partial<SettingsFlags>[] = [
      {},
      { ci: true },
      { rules: "dive" },
      { fail: ["image-size=1GB"] },
      { lowestEfficiency: "0.8" },
      { secrets: "off" },
    ];
    for (const file of files) {
      const directory = directoryWith(file);
      for (const args of flags) {
        const [reference, ...others] = await Promise.all(
          [undefined, "true", "1", "yes", "false", ""].map(async (ci) => {
            const { rules, gateNotes } = await load(directory, args, ci === undefined ? {} : { CI: ci });
            return { rules: [...rules], gateNotes };
          }),
        );
        for (const other of others) expect(other).toEqual(reference);
      }
    }
  });

  it("reads a floor in bytes beside a ratio, and nowhere else", async () => {
    const yaml = await load(directoryWith({ ".ballast.yaml": "rules: { efficiency: { fail: 0.9, unless-below: 20MB } }" }));
    expect(yaml.rules.get("efficiency")).toMatchObject({ fail: 0.9, unlessBelow: 20_000_000 });
    const flag = await load(directoryWith({}), { fail: ["wasted-ratio=10%,unless-below=1MiB"] });
    expect(flag.rules.get("wasted-ratio")).toMatchObject({ fail: 0.1, unlessBelow: 1_048_576 });
    await expect(load(directoryWith({}), { fail: ["image-size=1GB,unless-below=1MB"] })).rejects.toMatchObject({ code: "bad-argument" });
    await expect(load(directoryWith({}), { fail: ["efficiency=0.9,unless-below=some"] })).rejects.toMatchObject({ code: "bad-argument" });
    await expect(load(directoryWith({ ".ballast.yaml": "rules: { layer-count: { fail: 9, unless-below: 1 } }" }))).rejects.toMatchObject({
      code: "bad-config",
    });
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

  it("says so where a warning can only come after the failure", async () => {
    const settings = await load(directoryWith({}), { fail: ["image-size=1kB"], warn: ["image-size=2kB"] });
    expect(settings.gateNotes).toEqual(["image-size warns at 2000 only after it fails at 1000 (--fail, --warn)"]);
  });

  it("refuses a variable that names no rule", async () => {
    await expect(load(directoryWith({}), {}, { BALLAST_FAIL_IMAGESIZES: "1" })).rejects.toMatchObject({ code: "bad-config" });
  });
});

describe("dive's configuration", () => {
  const diveRules = async (directory: string, args: Partial<SettingsFlags> = {}, env: Record<string, string> = {}) =>
    Object.fromEntries(
      [...(await load(directory, args, env)).rules].filter(([, { advisory }]) => advisory !== true).map(([id, { fail }]) => [id, fail]),
    );
  const defaults = { lowestEfficiency: 0.9, highestWastedBytes: null, highestUserWastedPercent: 0.1 };

  it("gives rules that are absent dive's defaults", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  highestWastedBytes: 20MB\n" });
    expect(await diveRules(root)).toEqual({ ...defaults, highestWastedBytes: 20_000_000 });
  });

  it("names a variable that dive would pass over", async () => {
    const settings = await load(directoryWith({}), {}, { DIVE_RULES_LOWEST_EFICIENCY: "0.5", DIVE_LOG_LEVEL: "debug" });
    expect(settings.gateNotes).toEqual([
      "DIVE_RULES_LOWEST_EFICIENCY: dive knows no such rule, so it is ignored; did you mean DIVE_RULES_LOWEST_EFFICIENCY?",
    ]);
  });

  it("reads the rules of dive's own settings, in either spelling, where they are named, and else says that they do not judge", async () => {
    const root = directoryWith({ ".dive.yaml": "log: { enabled: true }\nrules:\n  lowest-efficiency: '0.5'\n" });
    const found = await load(root);
    expect(found.notes).toEqual(["the rules in .dive.yaml do not judge here; name the file where they should: --ci-config .dive.yaml"]);
    expect(found.rules.has("lowestEfficiency")).toBe(false);
    const named = await load(root, { ciConfig: join(root, ".dive.yaml") });
    expect([named.rules.get("lowestEfficiency")?.fail, named.notes]).toEqual([0.5, []]);
  });

  it("applies them all when every rule is commented out", async () => {
    expect(await diveRules(directoryWith({ ".dive-ci": "rules:\n  # lowestEfficiency: 0.5\n" }))).toEqual(defaults);
    expect(await diveRules(directoryWith({ ".dive-ci": "" }))).toEqual(defaults);
  });

  it("reads strings, disabled rules and names in any case", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  lowestefficiency: '0.75'\n  highestUserWastedPercent: disabled\n" });
    expect(await diveRules(root)).toEqual({ ...defaults, lowestEfficiency: 0.75, highestUserWastedPercent: null });
  });

  it("ignores names with hyphens as dive does, with a note", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  lowest-efficiency: 0.999\n  highest-wasted-bytes: 1B\n" });
    expect(await diveRules(root)).toEqual(defaults);
    expect((await load(root)).notes).toEqual([
      expect.stringMatching(/"lowest-efficiency".*did you mean lowestEfficiency\?/),
      expect.stringMatching(/"highest-wasted-bytes".*did you mean highestWastedBytes\?/),
    ]);
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

  it("judges alone beside a .dive-ci, with dive's flags and variables, and with --rules dive", async () => {
    const empty = directoryWith({});
    expect(await diveRules(directoryWith({ ".dive-ci": "" }), { ci: true })).toEqual(defaults);
    expect(await diveRules(empty, { rules: "dive" })).toEqual(defaults);
    expect(await diveRules(empty, { ci: true, rules: "dive" })).toEqual(defaults);
    expect(await diveRules(empty, { highestWastedBytes: "1kB" })).toEqual({ ...defaults, highestWastedBytes: 1000 });
    expect(await diveRules(empty, {}, { DIVE_RULES_LOWEST_EFFICIENCY: "0.5" })).toEqual({ ...defaults, lowestEfficiency: 0.5 });
  });

  it("keeps Ballast's defaults beside it with --ci, with --rules ballast, and where a .ballast.yaml says what judges", async () => {
    const empty = directoryWith({});
    const both = { ...defaults, efficiency: 0.9, "leftover-bytes": null, secrets: "high", "root-user": null };
    expect(await diveRules(empty, { ci: true })).toEqual(both);
    expect(await diveRules(directoryWith({ ".dive-ci": "" }), { rules: "ballast" })).toEqual(both);
    const { lowestEfficiency: _, highestWastedBytes: __, highestUserWastedPercent: ___, ...ours } = both;
    expect(await diveRules(directoryWith({ ".ballast.yaml": "" }), { lowestEfficiency: "0.5" })).toEqual({
      ...ours,
      lowestEfficiency: 0.5,
    });
    expect(await diveRules(empty, { fail: ["lowestEfficiency=0.5"] })).toEqual({ ...ours, lowestEfficiency: 0.5 });
    expect(await diveRules(empty, {}, { CI: "true" })).toEqual(ours);
  });

  it("still tells of secrets, unless they are not looked for", async () => {
    const root = directoryWith({ ".dive-ci": "" });
    expect((await load(root)).rules.get("secrets")).toMatchObject({ fail: null, warn: "medium", advisory: true });
    expect((await load(root, { secrets: "off" })).rules.has("secrets")).toBe(false);
    expect((await load(root, { fail: ["secrets=high"] })).rules.get("secrets")).toMatchObject({ fail: "high", from: "--fail" });
  });

  it("keeps dive's default for a rule without a value, and says so", async () => {
    const root = directoryWith({ ".dive-ci": "rules:\n  lowestEfficiency:\n" });
    expect(await diveRules(root)).toEqual(defaults);
    expect((await load(root)).notes).toEqual([".dive-ci:2: lowestEfficiency has no value, so dive's default holds"]);
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
