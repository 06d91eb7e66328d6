/** A flag that is not there, lacks its value or has one too many: the error names it as it was typed, and what may be meant. */
import { describe, expect, it } from "vitest";

import { commands } from "../../src/commands/all.ts";
import { readFlagsThoroughly } from "../../src/command-line/yargs-help.ts";
import { parseOutputs } from "../../src/report/outputs.ts";

async function refusal(name: string, words: readonly string[]): Promise<unknown> {
  const entry = commands.find((command) => command.name === name)!;
  return readFlagsThoroughly(entry, await entry.load(), { stdout: process.stdout }, words, "see --help").then(
    () => null,
    (error: unknown) => error,
  );
}

describe("a wrong flag", () => {
  it.each([
    ["analyze", ["--jsn"], "there is no flag --jsn; did you mean --json?", "see --help"],
    ["analyze", ["--qq"], "there is no flag --qq", "see --help"],
    ["analyze", ["-x"], "there is no flag -x", "see --help"],
    ["analyze", ["--format"], "--format needs a value", "see --help"],
    ["analyze", ["--color"], "--color needs a value: auto, always, never", "see --help"],
    ["analyze", ["--secrets", "ful"], '--secrets takes off, config, full, not "ful"; did you mean "full"?', "see --help"],
    ["squash", ["-o"], "-o needs a value", "see --help"],
    ["squash", ["--force=yes"], '--force is on or off and takes no value, not "yes"', "see --help"],
    ["analyze", ["--json=out.json"], '--json is on or off and takes no value, not "out.json"', "--format json=out.json; see --help"],
    ["analyze", ["-o", "out.json"], "there is no flag -o", "--format json=report.json; see --help"],
    ["squash", ["-t", "app:slim"], "there is no flag -t", "docker-daemon:NAME"],
    [
      "check",
      ["--no-secrets"],
      "there is no flag --no-secrets, for --secrets takes a value",
      "--secrets off is what does without; see --help",
    ],
    ["check", ["--no-platform"], "there is no flag --no-platform, for --platform takes a value", "leave it out"],
    ["check", ["--config.file", "x"], "there is no flag --config.file; did you mean --config?", "see --help"],
    ["check", ["--severity", "HIGH"], "there is no flag --severity", "--fail secrets=high"],
  ])("of %s: %j", async (command, words, message, hint) => {
    expect(await refusal(command, words)).toMatchObject({ code: "bad-argument", message, hint: expect.stringContaining(hint) as string });
  });

  it("is none where a switch is told true or false, or the words stand behind a --", async () => {
    expect(await refusal("squash", ["--force=true", "--no-verify", "--", "--json=x"])).toBeNull();
  });
});

it.each([
  ["josn", "did you mean json?"],
  ["json:report.json", "--format json=report.json"],
  ["sarfi=out.sarif", "did you mean sarif?"],
])("a format %j that is none tells which may be meant", (text, hint) => {
  expect(() => parseOutputs([text], false, ["text", "json", "sarif"])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(hint) as string }) as Error,
  );
});
