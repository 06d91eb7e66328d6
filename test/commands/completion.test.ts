/** Completion as bash does it, and the rows of the other shells' scripts, which read them by themselves. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { itComponents } from "../helpers/components/available.ts";
import { projectRoot } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const script = (name: string): string => readFileSync(join(projectRoot, "completions", name), "utf8");

/** What bash offers for the last word of each line; it splits words at `=`. */
function offered(lines: readonly (readonly string[])[]): string[][] {
  const cwd = temporaryDirectory();
  const calls = lines.map(
    (words) =>
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); _ballast; echo "\${COMPREPLY[@]}"`,
  );
  const text = execFileSync("bash", ["--norc", "-c", `${script("ballast.bash")}\n${calls.join("\n")}`], { cwd, encoding: "utf8" });
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ").filter((word) => word !== ""));
}

describe("completion", () => {
  itComponents(["bash"], "offers commands, flags and values in bash, also where no command is named", () => {
    const lines = [
      ["ballast", "an"],
      ["ballast", "squash", "a.tar", "--compr"],
      ["ballast", "analyze", "--secrets", ""],
      ["ballast", "analyze", "--secrets", "="],
      ["ballast", "analyze", "--secrets", "=", "f"],
      ["ballast", "analyze", "--format", "j"],
      ["ballast", "a.tar", "--vie"],
      ["ballast", "--them"],
      ["ballast", "analyze", "--platform", ""],
    ];
    expect(offered(lines)).toEqual([
      ["analyze"],
      ["--compression"],
      ["off", "config", "full"],
      ["off", "config", "full"],
      ["full"],
      ["json", "junit"],
      ["--view"],
      ["--theme"],
      [],
    ]);
  });

  it("tells zsh and fish which flags take a value, and what the short one is", () => {
    expect(script("_ballast")).toMatch(/'\(--output -o\)--output=\[[^\]]+(?:\\\][^\]]*)*\]:value:_files'/);
    expect(script("_ballast")).toContain("'*--format=[");
    expect(script("ballast.fish")).toMatch(/from squash' -l output -s o -d '.+' -r$/m);
  });

  it("says of a switch that is on what its no- form does", () => {
    expect(script("ballast.fish")).toMatch(/from analyze' -l no-cache -d 'Do not keep what is learned/);
  });
});
