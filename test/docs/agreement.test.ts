/** What the documentation says, the program does: codes, commands and flags are compared. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { commands } from "../../src/commands/all.ts";
import { errorKinds } from "../../src/base/errors.ts";
import { reportFormats } from "../../src/report/options.ts";
import { divergenceCodes } from "../../src/image/warning.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

function sources(directory: string): string[] {
  const entries = readdirSync(join(projectRoot, directory), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** Codes in the first column of a page's tables. */
function documentedCodes(page: string): string[] {
  return [...read(page).matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]!);
}

describe("docs/errors.md", () => {
  it("lists every error code with its exit status, and no other", () => {
    const rows = [...read("docs/errors.md").matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm)].map((match) => [match[1]!, Number(match[2])]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(Object.entries(errorKinds).map(([code, { exit }]) => [code, exit])));
  });
});

describe("docs/analyze.md", () => {
  it("says of every report format whom it is for, and of no other", () => {
    const section = /^## Formats$([\s\S]*?)^## /m.exec(read("docs/analyze.md"))![1]!;
    expect([...section.matchAll(/^\| `([a-z]+)` \|/gm)].map((match) => match[1]!).toSorted()).toEqual([...reportFormats].toSorted());
  });
});

describe("docs/warnings.md", () => {
  it("lists every warning code, and no other", () => {
    const text = ["src", "analyzers", "ui"].flatMap((directory) => sources(directory)).map((path) => read(path));
    const literals = text.flatMap((source) => [...source.matchAll(/\bcode: "([a-z]+-[a-z-]+)"/g)].map((match) => match[1]!));
    const tarCodes = [...read("src/tar/read/warning.ts").matchAll(/\| "(tar-[a-z-]+)"/g)].map((match) => match[1]!);
    const codes = new Set<string>([...literals, ...tarCodes, ...divergenceCodes]);
    for (const code of Object.keys(errorKinds)) codes.delete(code);
    expect(documentedCodes("docs/warnings.md").sort()).toEqual([...codes].sort());
  });
});

describe("commands", () => {
  const names = commands.map((command) => command.name);

  it("`ballast --help` names every command with its summary", async () => {
    const { stdout, status } = await runCli(["--help"]);
    expect(status).toBe(0);
    for (const { name, summary } of commands) {
      expect(stdout).toContain(name);
      expect(stdout.replaceAll(/\s+/g, " ")).toContain(summary);
    }
  });

  it.each(names)("the README tells what `ballast %s` is for", (name) => {
    expect(read("README.md")).toMatch(new RegExp(`\`ballast (?:\\[)?${name}\\b`));
  });
});

const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "samples/README.md"],
  ...readdirSync(join(projectRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The anchor of each heading, as GitHub makes it. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("links between pages", () => {
  it.each(pages)("%s only links to files and headings that exist", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!).filter((link) => !/^[a-z]+:/.test(link));
    const dead = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const path = file === "" ? page : join(page, "..", file);
      if (!existsSync(join(projectRoot, path))) return true;
      return anchor !== undefined && path.endsWith(".md") && !anchors(path).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it("docs/README.md leads to every page", () => {
    expect(pages.filter((page) => page.startsWith("docs/") && !read("docs/README.md").includes(`](${page.slice(5)})`))).toEqual([
      "docs/README.md",
    ]);
  });
});

/** Of the terminal, of the platform, or of a child; who sets them does not do so for Ballast's sake. */
const surroundings: ReadonlySet<string> = new Set(
  ["HOME", "PATH", "USER", "LOCALAPPDATA", "SUDO_UID", "COLORTERM", "TMUX", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"].concat(
    ["BLESSED_FORCE_MODES", "NCURSES_NO_UTF8_ACS"], // of blessed, while it starts
  ),
);

it("every environment variable that the program reads stands in the documentation", () => {
  const text = ["src", "analyzers", "ui"].flatMap((directory) => sources(directory)).map((path) => read(path));
  const asked = new Set(text.flatMap((source) => [...source.matchAll(/\benv\["([A-Z][A-Z0-9_]+)"\]/g)].map((match) => match[1]!)));
  const told = pages.map((page) => read(page)).join("\n");
  expect(asked.size).toBeGreaterThan(30);
  expect([...asked].filter((name) => !surroundings.has(name) && !new RegExp(`\\b${name}\\b`).test(told))).toEqual([]);
});

describe("what the repository says of itself", () => {
  it("package.json and --version agree", async () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect((await runCli(["--version"])).stdout).toContain(version);
  });
});

describe("CONTRIBUTING.md", () => {
  const page = read("CONTRIBUTING.md");

  it("draws the house in the order that scripts/imports.mjs holds imports to", () => {
    const [, list = ""] = /const floors = \[([^\]]*)\]/.exec(read("scripts/imports.mjs"))!;
    const floors = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
    const drawn = [...page.matchAll(/^ {4}((?:src|ui|analyzers)[\w/.-]*?)\/? {2,}/gm)].map((match) => match[1]!);
    expect(drawn).toEqual(floors);
  });

  it("sends changes only to places that there are", () => {
    const places = [...page.matchAll(/`((?:src|ui|analyzers|test|docs|scripts)\/[\w./-]*)`/g)].map((match) => match[1]!);
    expect(places.length).toBeGreaterThan(20);
    expect(places.filter((place) => !existsSync(join(projectRoot, place)))).toEqual([]);
  });
});
