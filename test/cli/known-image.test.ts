/** An image that an earlier run has read is told at once: a pipeline asks for the same one in job after job. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { fillTemplate } from "../analyzers/secrets/fill-template.ts";
import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath, runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** Modules of Node that none of these commands needs, each a part of a millisecond or more. */
const costly = ["crypto", "fs/promises", "net", "readline", "timers/promises", "tty", "v8", "worker_threads"];

/** The modules of Node that a program has loaded at its end, printed by its first line. */
function modulesOf(directory: string, ...args: readonly string[]): readonly string[] {
  const told = join(directory, "modules.json");
  const teller = join(directory, "teller.cjs");
  const tell = `require("node:fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.moduleLoadList))`;
  writeFileSync(teller, `process.on("exit", () => ${tell});`);
  // What other programs have left in the usual one is swept, which takes more modules.
  const temporary = join(directory, "tmp");
  mkdirSync(temporary, { recursive: true });
  const report = openSync(join(directory, "report"), "w");
  try {
    const { status } = spawnSync(process.execPath, ["-r", teller, ...args], {
      cwd: directory,
      env: { ...cleanEnvironment(), XDG_CACHE_HOME: join(directory, "cache"), TMPDIR: temporary },
      stdio: ["ignore", report, report],
    });
    expect([0, 1]).toContain(status);
  } finally {
    closeSync(report);
  }
  return JSON.parse(readFileSync(told, "utf8")) as string[];
}

it.each(["app.tar", "check app.tar", "analyze --json app.tar"])(
  "a known image whose report goes to a file needs none of Node's slow modules: %s",
  (line) => {
    const args = line.split(" ");
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "app.tar"), dockerArchive({ layers: [[file("etc/app.conf", "a=1\n")]], config: { User: "app" } }));
    const nothing = join(directory, "nothing.cjs");
    writeFileSync(nothing, "");
    const bare = new Set(modulesOf(directory, nothing));
    modulesOf(directory, cliPath, ...args);
    const loaded = new Set(modulesOf(directory, cliPath, ...args).filter((module) => !bare.has(module)));
    expect(costly.filter((name) => loaded.has(`NativeModule ${name}`))).toEqual([]);
  },
);

it("a config that was changed after an earlier run had read it is refused, though its size is the same", async () => {
  const cwd = temporaryDirectory();
  const env = { XDG_CACHE_HOME: join(cwd, "cache") };
  const bytes = ociArchive([{ layers: [[file("a", "1")]], config: { User: "first" } }]);
  writeFileSync(join(cwd, "app.tar"), bytes);
  for (const run of ["first", "known"]) expect([run, (await runCli(["analyze", "-q", "app.tar"], { cwd, env })).status]).toEqual([run, 0]);
  const changed = Buffer.from(bytes);
  changed.write("other", changed.indexOf('"User":"first"') + 8);
  writeFileSync(join(cwd, "app.tar"), changed);
  const { status, stderr } = await runCli(["analyze", "-q", "app.tar"], { cwd, env });
  expect([status, stderr]).toEqual([3, expect.stringContaining("has the digest")]);
});

it("images that differ in their annotations alone are told apart, and no secret of theirs is kept", async () => {
  const cwd = temporaryDirectory();
  const env = { XDG_CACHE_HOME: join(cwd, "cache") };
  const token = fillTemplate("ghp_{crc32}");
  const said = ["one", "two", `uses ${token}`];
  for (const [at, text] of said.entries()) {
    const annotations = { "org.example.says": text };
    writeFileSync(join(cwd, `${at}.tar`), ociArchive([{ layers: [[file("a", "1")]], config: { User: "app" }, annotations }]));
  }
  for (const run of ["first", "known"]) {
    for (const at of said.keys()) {
      const { stdout } = await runCli(["analyze", "-q", "--json", `${at}.tar`], { cwd, env });
      const { image, secrets } = JSON.parse(stdout) as { image: { annotations?: Record<string, string> }; secrets: unknown[] };
      expect([run, at, secrets.length, JSON.stringify(image).includes(token)]).toEqual([run, at, at === 2 ? 1 : 0, false]);
    }
  }
  const cache = join(cwd, "cache/ballast");
  const holding = readdirSync(cache).filter((name) => readFileSync(join(cache, name)).includes(token));
  expect(holding).toEqual([]);
});
