import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { projectRoot, runCli } from "../helpers/run-cli.ts";

const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
const demo = join(projectRoot, "samples/demo.tar");

describe("the command line", () => {
  it("prints its version", async () => {
    expect(await runCli(["--version"])).toMatchObject({ stdout: `${version}\n`, status: 0 });
    expect(await runCli(["version"])).toMatchObject({ stdout: `${version}\n`, status: 0 });
  });

  it("lists the commands, and each command's flags with examples", async () => {
    const { stdout, status } = await runCli(["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("analyze");
    const help = await runCli(["analyze", "--help"]);
    expect((await runCli(["help", "analyze"])).stdout).toBe(help.stdout);
    expect(help.status).toBe(0);
    expect(help.stdout).toMatch(/Examples:[\s\S]*ballast analyze debian\.tar/);
    expect(help.stdout).toContain("--platform");
    expect(help.stdout, "what a value is").toMatch(/--platform .*<PLATFORM>[^]*--max-ratio [^]*<N>[^]*--secret-rules [^<]*<FILE>/);
    expect(help.stdout).not.toMatch(/\[(?:string|number)\]/);
  });

  it("takes what follows -- for a name, also when it looks like a flag", async () => {
    const { stdout, stderr, status } = await runCli(["check", "--", "--help"]);
    expect([stdout, status]).toEqual(["", 3]);
    expect(stderr).toContain("there is no file --help");
  });

  it.each([
    [["analyze", "--plattform", "linux/amd64", demo], /plattform/],
    [["analyze"], /analyze needs IMAGE\nhint: name one, or - for an archive on standard input/],
    [["analyze", demo, "second"], /second/],
    [["analyze", "--platform", "nonsense/", demo], /nonsense/],
    [["analyze", "--format", "yaml", demo], /yaml/],
    [["analyze", "--max-ratio", "many", demo], /max-ratio/],
    [["analyze", "--secrets", "some", demo], /^error: --secrets takes off, config, full, not "some"\n/],
    [["analyze", "--files", demo], /--files needs/],
    [["completion", "tcsh"], /tcsh/],
    [["fix", demo, "build/Dockerfile.prod"], /hint: a Dockerfile is named by --dockerfile build\/Dockerfile\.prod;/],
    [["explore", demo, demo], /one image at a time: `ballast diff A B`/],
    [["anlyze", demo], /there is no command "anlyze"; did you mean "analyze"/],
  ])("refuses %j with status 2 and a hint", async (args, message) => {
    const { stdout, stderr, status } = await runCli(args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .*\nhint: .*\n$/);
    expect(stderr).toMatch(message);
  });

  it.each(["bash", "zsh", "fish"])("completes commands and flags in %s", async (shell) => {
    const { stdout, status } = await runCli(["completion", shell]);
    expect(status).toBe(0);
    expect(stdout).toContain("analyze");
    expect(stdout).toContain("platform");
  });
});
