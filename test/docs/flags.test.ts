/** Table, help, docs and environment say the same of every flag. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { flagsPage } from "../../scripts/pages/flags-page.ts";
import { commands } from "../../src/commands/all.ts";
import { description } from "../../src/commands/flags/flag.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";

const demo = join(projectRoot, "samples/demo.tar");
const loaded = await Promise.all(commands.map(async ({ name, load }) => ({ name, command: await load() })));

it("docs/flags.md is what `npm run generate` writes", () => {
  expect(readFileSync(join(projectRoot, "docs/flags.md"), "utf8")).toBe(flagsPage(loaded));
});

it.each(loaded)("$name: --help shows every flag and positional argument of its table, and no other flag", async ({ name, command }) => {
  const { stdout } = await runCli([name, "--help"]);
  const text = stdout.replaceAll(/\s+/g, " ");
  for (const [flag, spec] of Object.entries(command.flags)) {
    expect(text).toContain(`--${flag} `);
    // A long description and its value's type share the line: words are compared, not spacing.
    expect(text).toContain(description(spec));
  }
  const shown = [...stdout.matchAll(/^ {2,}(?:-\w, )?--([a-z][a-z0-9-]*)/gim)].map((match) => match[1]!);
  expect(shown.sort()).toEqual([...Object.keys(command.flags), "help", "version", "debug"].sort());
  for (const [positional, kind] of Object.entries(command.positionals))
    if (kind !== "several") expect(stdout).toMatch(new RegExp(`^ballast ${name}.*[<[]${positional}[>\\]]`));
});

describe("a flag's environment variable", () => {
  const platforms = join(projectRoot, "samples/platforms.tar");

  it("stands for the flag, and the flag wins over it", async () => {
    const byVariable = await runCli(["analyze", platforms], { env: { BALLAST_PLATFORM: "linux/arm64" } });
    const byFlag = await runCli(["analyze", platforms, "--platform", "linux/arm64"]);
    expect(byFlag.status).toBe(0);
    expect(byVariable.stdout).toBe(byFlag.stdout);
    const both = await runCli(["analyze", platforms, "--platform", "linux/arm64"], { env: { BALLAST_PLATFORM: "linux/s390x" } });
    expect(both.stdout).toBe(byFlag.stdout);
  });

  it("counts as unset when it is empty", async () => {
    expect(await runCli(["analyze", demo], { env: { BALLAST_BASE: "", BALLAST_TIMEOUT: "" } })).toMatchObject({ status: 0 });
  });

  it.each([
    ["BALLAST_TIMEOUT", "soon", "a time"],
    ["BALLAST_THEME", "pink", "auto, dark, light, high-contrast"],
  ])("%s=%s is refused with status 2, naming the variable", async (variable, value, takes) => {
    const { stderr, status } = await runCli(["explore", demo], { env: { [variable]: value } });
    expect(status).toBe(2);
    expect(stderr).toContain(`${variable} is "${value}"; it takes ${takes}`);
  });
});

it.each([
  ["analyze", demo, "--platform", "linux/amd64", "--platform", "linux/arm64"],
  ["squash", demo, "--output", "a.tar", "--output", "b.tar"],
  ["squash", demo, "--last", "1", "--last", "2"],
  ["analyze", demo, "--color", "never", "--color", "always"],
])("one value given twice is refused, not dropped: %s %s %s", async (...line) => {
  const { stderr, status } = await runCli(line);
  expect(status).toBe(2);
  expect(stderr).toContain(`${line[2]} is given more than once`);
});
