/** The quick reader of flags must say what yargs says, or leave it to yargs. */
import { describe, expect, it } from "vitest";

import { array, assert, asyncProperty, constantFrom, oneof } from "../helpers/draws.ts";
import { commands } from "../../src/commands/all.ts";
import { readFlagsThoroughly } from "../../src/command-line/yargs-help.ts";
import { readFlags } from "../../src/command-line/read-flags.ts";

const io = { stdout: process.stdout };

const words = array(
  oneof(
    constantFrom("image.tar", "-", "--", "5", "0x10", "", "-1", "1.50", "a=b", "=", "--no-verify", "-q", "-qf", "-ofile"),
    constantFrom("--verify=false", "--quiet=true", "--quiet", "false", "--json", "--json=", "--no-json", "--all", "--nothing", "-x"),
    constantFrom("--platform", "--platform=linux/amd64", "linux/amd64", "--platform=", "--max-ratio", "--max-ratio=7", "--max-ratio=x"),
    constantFrom("--format", "json", "--format=text", "--color", "--color=always", "--color=sometimes", "never", "--secrets", "off"),
    constantFrom("--base", "--keep-base", "--from", "--last", "2", "--last=3", "--drop", "docs", "--layers", "--layer=1", "--timeout=9"),
    constantFrom("'quoted'", '"quoted"', "--base='x'", "true", "--no-all", "--no-platform", "--no-no-cache", "-j", "-j=true", "--ALL"),
    constantFrom(
      "--output",
      "-o",
      "--force",
      "-f",
      "--debug",
      "--no-cache",
      "--fail",
      "efficiency=0.9",
      "--cert-dir=.",
      "--a.b",
      "--a.b=1",
    ),
  ),
  { maxLength: 7 },
);

describe("flags read without yargs", () => {
  it.each(commands.filter(({ raw }) => raw !== true))("of $name are what yargs reads", async (entry) => {
    const command = await entry.load();
    let read = 0;
    await assert(
      asyncProperty(words, async (line) => {
        const flags = readFlags(command.flags, line);
        if (flags === null) return;
        read += 1;
        const { $0: _, ...expected } = await readFlagsThoroughly(entry, command, io, line, "");
        expect(flags).toEqual(expected);
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(20);
  });

  it.each([
    [["--nothing"], "nothing"],
    [["--platform"], "platform"],
    [["--color", "sometimes"], "color"],
  ])("leave %j to yargs, which refuses it", async (line, named) => {
    const entry = commands.find(({ name }) => name === "analyze")!;
    const command = await entry.load();
    expect(readFlags(command.flags, line)).toBeNull();
    await expect(readFlagsThoroughly(entry, command, io, line, "")).rejects.toThrow(named);
  });
});
