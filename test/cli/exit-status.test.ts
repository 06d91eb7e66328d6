/** What goes wrong outside of any command: 1 means that the gate failed, and nothing else may say so. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { noise } from "../helpers/draws.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function project(): string {
  const cwd = temporaryDirectory();
  // More than a pipe holds, also compressed.
  const layers = ["first", "second"].map((name) => [file("a", noise(name, 300_000))]);
  writeFileSync(join(cwd, "app.tar"), dockerArchive({ layers, config: { User: "app" } }));
  return cwd;
}

/** Runs a line of bash in which `ballast` is the built program; the status is that of the line. */
function shell(line: string, cwd: string = project()): { readonly status: number | null; readonly stderr: string } {
  const script = `ballast() { "${process.execPath}" "${cliPath}" "$@"; }\n${line}`;
  const { status, stderr } = spawnSync("bash", ["-c", script], { cwd, env: cleanEnvironment(), encoding: "utf8" });
  return { status, stderr };
}

const passing = "ballast check -q --rules none --fail image-size=1TB app.tar";
const failing = "ballast check -q --rules none --fail image-size=1 app.tar";

describe.skipIf(process.platform !== "linux")("the exit status", () => {
  it.each([
    passing,
    failing,
    "ballast --version",
    "ballast check --help",
    "ballast analyze -q --json app.tar",
    "ballast export -q app.tar /",
    "ballast squash -q --all app.tar --output -",
  ])("is 3 where standard output is full: %s", (command) => {
    const { status, stderr } = shell(`${command} > /dev/full`);
    expect(stderr).toBe(
      "error: standard output cannot be written: no space is left on the device\nhint: free some space, or write to another device\n",
    );
    expect(status).toBe(3);
  });

  it("is the command's own where standard error is full", () => {
    expect(shell("ballast analyze -q missing.tar 2> /dev/full").status).toBe(3);
    expect(shell(`${failing} 2> /dev/full`).status).toBe(1);
  });

  it("is the verdict's where the reader of a report goes away, and 3 where half an image was written", () => {
    const ofFirst = (command: string): number | null => shell(`${command} | head -c 10 > /dev/null; exit \${PIPESTATUS[0]}`).status;
    expect(ofFirst(failing)).toBe(1);
    expect(ofFirst(passing)).toBe(0);
    expect(ofFirst("ballast squash -q --all app.tar --output -")).toBe(3);
    expect(ofFirst("ballast export -q app.tar /")).toBe(3);
  });

  it("is 3 where the working directory is gone", () => {
    const image = join(project(), "app.tar");
    const gone = mkdtempSync(join(temporaryDirectory(), "gone-"));
    const { status, stderr } = shell(`rmdir "$PWD"; ballast check -q --fail image-size=1TB "${image}"`, gone);
    expect([status, stderr]).toEqual([
      3,
      "error: the working directory does not exist any more\nhint: change to another directory and try again\n",
    ]);
    expect(() => rmdirSync(gone)).toThrow();
  });

  it.each([21, 24, 28, 34, 48])("is 3 or the verdict's where only %i files may be open", (files) => {
    const { status, stderr } = shell(`ulimit -n ${files}; ${passing}`);
    expect([0, 3]).toContain(status);
    if (status === 3) expect(stderr).toMatch(/^error: .*\nhint: .*ulimit -n/);
  });
});
