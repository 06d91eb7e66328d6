/** What the pages show is what a reader gets: every command line is one, and every output is printed. */
import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { readFlags } from "../../src/command-line/read-flags.ts";
import { readFlagsThoroughly } from "../../src/command-line/yargs-help.ts";
import { commands, defaultCommand } from "../../src/commands/all.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const pages = ["README.md", "samples/README.md", ...readdirSync(join(projectRoot, "docs")).map((name) => `docs/${name}`)].filter((page) =>
  page.endsWith(".md"),
);

/** Command lines in blocks, fenced or indented, without their remarks and what is piped in front. */
function shownIn(page: string): string[] {
  const lines = readFileSync(join(projectRoot, page), "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, shown] = /^(?: {4})?(?:[^|`#]*\| )?(ballast .*)$/.exec(line) ?? [];
    const [typed = ""] = (shown ?? "").split(/ {2,}| #| \||>|<\(/, 1);
    // Forms that stand for any command line, and builders' own flags.
    return typed === "" || /[…[]|COMMAND|^ballast build/.test(typed) ? [] : [typed.trim()];
  });
}

const shown = pages.flatMap((page) => [...new Set(shownIn(page))].map((line) => ({ page, line })));

/** The words of a line as a shell would hand them on. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].slice(1).map(([, single, double, plain]) => single ?? double ?? plain ?? "");
}

describe("command lines in the documentation", () => {
  it("are found", () => {
    expect(shown.length).toBeGreaterThan(60);
  });

  it.each(shown)("$page: $line", async ({ line }) => {
    const words = wordsOf(line);
    const named = commands.find(({ name }) => name === words[0]);
    const entry = named ?? commands.find(({ name }) => name === defaultCommand)!;
    const command = await entry.load();
    const given = named === undefined ? words : words.slice(1);
    const read = readFlags(command.flags, given) ?? (await readFlagsThoroughly(entry, command, process, given, ""));
    const kinds = Object.values(command.positionals);
    const count = (read["_"] as string[]).length;
    expect(count, "its arguments").toBeLessThanOrEqual(kinds.includes("several") || kinds.includes("any") ? Infinity : kinds.length);
  });
});

it("docs/squash.md shows what a squash of the sample prints", async () => {
  const directory = temporaryDirectory();
  copyFileSync(join(projectRoot, "samples/demo.tar"), join(directory, "app.tar"));
  const page = readFileSync(join(projectRoot, "docs/squash.md"), "utf8");
  const [line = "", output] = [...page.matchAll(/```\n([\s\S]*?)```/g)].map(([, block]) => block!);
  const { stdout, status } = await runCli(wordsOf(line), { cwd: directory });
  expect(status).toBe(0);
  expect(stdout).toBe(output);
});
