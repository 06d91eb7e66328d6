/** What the package carries beside the program: made from the tables, and in agreement with them. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { completionFiles } from "../../scripts/pages/completion-files.ts";
import { manPage } from "../../scripts/pages/man-page.ts";
import { toolVersion } from "../../src/base/version.ts";
import { commands } from "../../src/commands/all.ts";
import { valueName } from "../../src/commands/flags/flag.ts";
import { cleanEnvironment, cliPath, projectRoot, runCli } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

it("man/ballast.1 is what `npm run generate` writes", async () => {
  const described = await Promise.all(commands.map(async (entry) => ({ entry, command: await entry.load() })));
  expect(read("man/ballast.1")).toBe(manPage(toolVersion, described));
});

it("the man page has every command and every flag", async () => {
  const page = read("man/ballast.1").replaceAll("\\-", "-");
  for (const entry of commands) {
    expect(page).toContain(`.SS ballast ${entry.name}\n`);
    for (const [name, flag] of Object.entries((await entry.load()).flags)) {
      const value = valueName(flag);
      expect(page.includes(value === "" ? `--${name}\n` : `--${name} " ${value}\n`) || page.includes(`--no-${name}\n`), `--${name}`).toBe(
        true,
      );
    }
  }
});

it.each(completionFiles)("the completion for %s is what the program prints", async (shell, file) => {
  expect(read(`completions/${file}`)).toBe((await runCli(["completion", shell])).stdout);
});

it("docker-ballast is a plugin of the docker command: it describes itself, and takes its own name as first word", () => {
  const plugin = join(temporaryDirectory(), "docker-ballast");
  symlinkSync(cliPath, plugin);
  chmodSync(cliPath, 0o755);
  const run = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [plugin, ...args], { env: cleanEnvironment(), encoding: "utf8" });
  expect(JSON.parse(String(run("docker-cli-plugin-metadata").stdout))).toEqual({
    SchemaVersion: "0.1.0",
    Vendor: "Ballast",
    Version: toolVersion,
    ShortDescription: expect.stringContaining("dead weight"),
  });
  const demo = join(projectRoot, "samples/whiteouts.tar");
  const direct = spawnSync(process.execPath, [cliPath, "analyze", demo], { env: cleanEnvironment(), encoding: "utf8" });
  const plugged = run("ballast", "analyze", demo);
  expect([plugged.status, plugged.stdout]).toEqual([0, direct.stdout]);
});
