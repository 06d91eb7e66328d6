/** Compiled code is run: what anybody else could have written, or what a disk has changed, is compiled anew instead. */
import { chmodSync, chownSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";

import { describe, expect, it } from "vitest";

import { codeKeeper } from "../../src/cache/kept-code.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const source = Buffer.from("(function () { return 'the piece'; })");

/** One run of the command `check` that loads one piece. Returns whether code was kept for it. */
function run(directory: string, { text = source, mayWrite = true, status = 0, command = "check", name = "piece" } = {}): boolean {
  const keeper = codeKeeper(command, directory, mayWrite);
  const cachedData = keeper.codeOf(name, text);
  const script = new Script(text.toString(), { filename: name, ...(cachedData === undefined ? {} : { cachedData }) });
  keeper.onCompiled(name, script);
  expect((script.runInThisContext() as () => string)()).toMatch(/piece$/);
  keeper.onExit(status);
  return cachedData !== undefined && script.cachedDataRejected === false;
}

/** A directory with code that two runs have left, and the file's path. */
function learned(): { directory: string; file: string } {
  const directory = join(temporaryDirectory(), "ballast");
  expect([run(directory), run(directory)]).toEqual([false, true]);
  const [name, ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  return { directory, file: join(directory, name!) };
}

describe("code that was kept", () => {
  it("serves the runs after it, and is written no more than twice", () => {
    const { directory, file } = learned();
    const before = statSync(file);
    expect(before.mode & 0o777).toBe(0o600);
    expect([run(directory), run(directory, { status: 1 })]).toEqual([true, true]);
    expect([statSync(file).ino, statSync(file).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it("learns a piece that earlier runs did not load, and keeps those that this one did not", () => {
    const { directory } = learned();
    expect([run(directory, { name: "other" }), run(directory, { name: "other" }), run(directory)]).toEqual([false, true, true]);
  });

  it("is a command's own", () => {
    const { directory } = learned();
    expect(run(directory, { command: "analyze" })).toBe(false);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it("is not that of another source of the same length", () => {
    const { directory } = learned();
    expect(run(directory, { text: Buffer.from(source.toString().replace("the", "one")) })).toBe(false);
  });

  it("is not written with --no-cache, nor after a failure", () => {
    const directory = temporaryDirectory();
    run(directory, { mayWrite: false });
    run(directory, { status: 2 });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("does without a piece that is damaged, and is whole again when a run has learned something", () => {
    const { directory, file } = learned();
    const both = ["other", "other"].map((name) => run(directory, { name }));
    const damaged = readFileSync(file);
    damaged[damaged.indexOf(Buffer.from("}")) + 200]! ^= 1;
    writeFileSync(file, damaged);
    expect([...both, run(directory, { name: "other" }), run(directory, { name: "third" })]).toEqual([false, true, true, false]);
    expect([run(directory), run(directory), run(directory, { name: "other" })]).toEqual([false, true, true]);
  });

  it("is made anew when it is damaged", () => {
    const { directory, file } = learned();
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1]! ^= 1;
    for (const damaged of [flipped, whole.subarray(0, -20), Buffer.alloc(0), Buffer.alloc(whole.length), Buffer.from("no code")]) {
      writeFileSync(file, damaged);
      expect([run(directory), run(directory)]).toEqual([false, true]);
    }
  });
});

describe.skipIf(process.platform === "win32")("a place that others can write to", () => {
  it("is not used: a file", () => {
    const { directory, file } = learned();
    chmodSync(file, 0o620);
    expect(run(directory)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is not used: the directory", () => {
    const { directory, file } = learned();
    const before = statSync(file).mtimeMs;
    chmodSync(directory, 0o777);
    expect(run(directory)).toBe(false);
    expect([readdirSync(directory).length, statSync(file).mtimeMs]).toEqual([1, before]);
  });

  it("is not used: links to a directory and to a file", () => {
    const { directory, file } = learned();
    const link = join(temporaryDirectory(), "link");
    symlinkSync(directory, link);
    expect(run(link)).toBe(false);
    renameSync(file, `${file}-moved`);
    symlinkSync(`${file}-moved`, file);
    expect(run(directory)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)("is not used: another user's", () => {
    const { directory, file } = learned();
    chownSync(file, 65_534, 65_534);
    expect(run(directory)).toBe(false);
    chownSync(directory, 65_534, 65_534);
    expect(run(directory)).toBe(false);
  });

  it("is not needed: a directory that cannot be made costs nothing", () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    expect([run(join(file, "ballast")), run(join(file, "ballast"))]).toEqual([false, false]);
    const directory = join(temporaryDirectory(), "taken");
    run(directory);
    const [name] = readdirSync(directory);
    const blocked = join(temporaryDirectory(), "blocked");
    mkdirSync(join(blocked, name!, "x"), { recursive: true });
    expect(run(blocked)).toBe(false);
    expect(readdirSync(blocked)).toEqual([name]);
  });
});
