/** Surroundings in which something that every program counts on is missing, closed, read-only, or not what it seems. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { faultImage } from "../../helpers/image/fault-image.ts";
import { cleanEnvironment, cliPath, runCli } from "../../helpers/run-cli.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { makeReadOnly, noTinyDisk, tinyDisk } from "../../helpers/disk/tiny-disk.ts";

const image = faultImage();
const skipped = noTinyDisk === null ? "" : ` [skipped: ${noTinyDisk}]`;

function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.tar"), image);
  return directory;
}

/** `ballast …` in a line of bash; the status is that of the line. */
function shell(line: string, cwd: string): { readonly status: number | null; readonly stderr: string } {
  const script = `ballast() { "${process.execPath}" "${cliPath}" "$@"; }\n${line}`;
  const { status, stderr } = spawnSync("bash", ["-c", script], { cwd, env: cleanEnvironment(), encoding: "utf8" });
  return { status, stderr };
}

describe("closed streams", () => {
  it("closed streams are as if they were /dev/null, which is what Node makes of them", () => {
    expect(shell("ballast analyze -q app.tar <&- 2>&- >&-", project()).status).toBe(0);
  });
});

describe("the program", () => {
  it("that has nothing left to wait for and no result is no success", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "hang.cjs"), "Promise.race = () => new Promise(() => {});");
    const env = { NODE_OPTIONS: "--require ./hang.cjs" };
    expect(await runCli(["check", "--allow-empty", "app.tar"], { cwd, env })).toMatchObject({
      status: 70,
      stderr: expect.stringContaining("it ended before it was done"),
    });
  });

  it("is the same by the name of the module that it was", () => {
    const asked = (path: string): string => spawnSync(process.execPath, [path, "--version"], { encoding: "utf8" }).stdout;
    expect(asked(cliPath.replace(/cjs$/, "js"))).toBe(asked(cliPath));
    expect(asked(cliPath)).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("an environment without", () => {
  it.each([
    ["HOME", { HOME: undefined, XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined }],
    ["a HOME that exists", { HOME: "/nonexistent-home/home", XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined }],
    [
      "anything at all",
      { HOME: undefined, XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined, PATH: undefined, TMPDIR: undefined, LANG: undefined },
    ],
  ])("%s analyses and squashes", async (_what, env) => {
    const cwd = project();
    expect(await runCli(["analyze", "-q", "app.tar"], { cwd, env })).toMatchObject({ status: 0, stderr: "" });
    expect(await runCli(["squash", "-q", "--all", "app.tar", "-o", "out.tar"], { cwd, env })).toMatchObject({ status: 0 });
  });

  it("a TMPDIR that exists: analyses, and says so where room is needed", async () => {
    const cwd = project();
    const env = { TMPDIR: "/nonexistent-tmp/tmp" };
    expect(await runCli(["analyze", "-q", "app.tar"], { cwd, env })).toMatchObject({ status: 0, stderr: "" });
    const { status, stderr } = await runCli(["squash", "-q", "--all", "-", "-o", "out.tar"], { cwd, env, stdin: image });
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^error: .*\/nonexistent-tmp\/tmp.*\nhint: /)]);
    expect(existsSync(join(cwd, "out.tar"))).toBe(false);
  });

  it.skipIf(noTinyDisk !== null)(`a TMPDIR from which programs may be run: as ever${skipped}`, async () => {
    const disk = tinyDisk(20_000);
    spawnSync("mount", ["-o", "remount,noexec", disk]);
    const cwd = project();
    expect(await runCli(["squash", "-q", "--all", "app.tar", "-o", "out.tar"], { cwd, env: { TMPDIR: disk } })).toMatchObject({
      status: 0,
    });
    expect(readdirSync(disk)).toEqual([]);
  });
});

describe("a destination", () => {
  it.skipIf(noTinyDisk !== null)(`on a read-only file system is refused before anything is read${skipped}`, async () => {
    const disk = tinyDisk(64);
    makeReadOnly(disk);
    for (const output of [`docker-archive:${disk}/out.tar`, `oci-archive:${disk}/out.tar`, `oci:${disk}/layout:x`]) {
      const { status, stderr } = await runCli(["squash", "-q", "--all", "app.tar", "-o", output], { cwd: project() });
      expect([output, status, stderr]).toEqual([output, 3, expect.stringMatching(/^error: .*read-only.*\nhint: /i)]);
    }
  });

  it.each([
    ["the source itself", "app.tar"],
    ["a hard link of the source", "hard.tar"],
    ["a symbolic link to the source", "soft.tar"],
    ["the source by another path", "sub/../app.tar"],
  ])("that is %s is refused, also with --force, and the source stays", async (_what, name) => {
    const cwd = project();
    mkdirSync(join(cwd, "sub"));
    symlinkSync("app.tar", join(cwd, "soft.tar"));
    for (const args of [
      ["squash", "-q", "--all", "app.tar", "--force", "-o", name],
      ["export", "-q", "app.tar", "/", "--force", "-o", name],
    ]) {
      rmSync(join(cwd, "hard.tar"), { force: true });
      linkSync(join(cwd, "app.tar"), join(cwd, "hard.tar"));
      const { status, stderr } = await runCli(args, { cwd });
      expect([args[0], status, stderr]).toEqual([args[0], 2, expect.stringMatching(/^error: .* is the source itself\nhint: /)]);
      expect(readFileSync(join(cwd, "app.tar")).equals(image)).toBe(true);
    }
  });
});

it("a destination that is the source in compressed form is refused: it was read through a file of its own, and replaced", async () => {
  const cwd = temporaryDirectory();
  const packed = gzipSync(image);
  writeFileSync(join(cwd, "app.tar.gz"), packed);
  for (const output of ["docker-archive:app.tar.gz", "oci-archive:./app.tar.gz"]) {
    const { status, stderr } = await runCli(["squash", "-q", "--all", "app.tar.gz", "--force", "-o", output], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: .* is the source itself\nhint: /)]);
  }
  expect(readFileSync(join(cwd, "app.tar.gz")).equals(packed)).toBe(true);
});

describe("the cache", () => {
  const analyzed = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const { status, stdout, stderr } = await runCli(["analyze", "--json", "app.tar"], { cwd: project(), env });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout;
  };

  it.skipIf(noTinyDisk !== null)(`on a read-only file system costs time alone${skipped}`, async () => {
    const disk = tinyDisk(2000);
    const cold = await analyzed({ XDG_CACHE_HOME: disk });
    makeReadOnly(disk);
    expect(await analyzed({ XDG_CACHE_HOME: disk })).toBe(cold);
    const empty = tinyDisk(64);
    makeReadOnly(empty);
    expect(await analyzed({ XDG_CACHE_HOME: empty })).toBe(cold);
  });

  it.skipIf(process.getuid?.() !== 0)("that belongs to somebody else and may not be read costs time alone", () => {
    const cwd = project();
    const cache = join(cwd, "cache");
    mkdirSync(join(cache, "ballast"), { recursive: true, mode: 0o700 });
    chmodSync(cwd, 0o755);
    // Nobody is allowed into root's cache; nor into its home, where this Node may lie.
    const node = join(cwd, "node");
    // Copied by another program: one that a thread of this one begins meanwhile would hold the copy open for writing (ETXTBSY).
    execFileSync("cp", [process.execPath, node]);
    const args = [cliPath, "analyze", "-q", join(cwd, "app.tar")];
    const env = { ...cleanEnvironment(), HOME: cwd, XDG_CACHE_HOME: cache, TMPDIR: "/tmp" };
    const { status, stderr } = spawnSync(node, args, { cwd, env, uid: 65_534, gid: 65_534, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(join(cache, "ballast"))).toEqual([]);
    chownSync(cache, 0, 0);
  });

  it("in which no file can be renamed into place (as on a network file system) costs time alone, and keeps no rubbish", async () => {
    const cache = temporaryDirectory();
    const cold = await analyzed({ XDG_CACHE_HOME: cache });
    const directory = join(cache, "ballast");
    const names = readdirSync(directory);
    expect(names.length).toBeGreaterThan(0);
    // A directory that is not empty stands where each entry would go.
    const blocked = temporaryDirectory();
    for (const name of names) mkdirSync(join(blocked, "ballast", name, "x"), { recursive: true });
    expect(await analyzed({ XDG_CACHE_HOME: blocked })).toBe(cold);
    expect(readdirSync(join(blocked, "ballast")).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("holds code of the program that is compiled anew when it is damaged, and none with --no-cache or where Node's variable forbids it", async () => {
    const cache = temporaryDirectory();
    const directory = join(cache, "ballast");
    const codes = (): string[] => readdirSync(directory).filter((name) => name.startsWith("code-"));
    const cold = await analyzed({ XDG_CACHE_HOME: cache });
    expect(codes()).toEqual([expect.stringMatching(/^code-analyze-/)]);
    const file = join(directory, codes()[0]!);
    const whole = readFileSync(file);
    for (const damaged of [Buffer.alloc(whole.length, "x"), whole.subarray(0, -1)]) {
      writeFileSync(file, damaged);
      expect(await analyzed({ XDG_CACHE_HOME: cache })).toBe(cold);
      expect(readFileSync(file).equals(damaged)).toBe(false);
    }
    rmSync(file);
    expect(await analyzed({ XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(cold);
    expect(codes()).toEqual([]);
    const empty = temporaryDirectory();
    await runCli(["analyze", "--json", "--no-cache", "app.tar"], { cwd: project(), env: { XDG_CACHE_HOME: empty } });
    expect(readdirSync(empty)).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)("has no place where the user has no account, which costs time alone", () => {
    const cwd = project();
    chmodSync(cwd, 0o755);
    const node = join(cwd, "node");
    execFileSync("cp", [process.execPath, node]);
    const env = { PATH: process.env["PATH"] ?? "", TMPDIR: "/tmp" };
    const { status, stderr } = spawnSync(node, [cliPath, "analyze", "-q", join(cwd, "app.tar")], {
      cwd,
      env,
      uid: 54_321,
      gid: 54_321,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("that several runs fill at once is whole, and serves the next", async () => {
    const cache = temporaryDirectory();
    const reports = await Promise.all(Array.from({ length: 4 }, () => analyzed({ XDG_CACHE_HOME: cache })));
    expect(new Set([...reports, await analyzed({ XDG_CACHE_HOME: cache })]).size).toBe(1);
    expect(readdirSync(join(cache, "ballast")).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});
