/** An image that an earlier run has read is told at once: a pipeline asks for the same one in job after job. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** Modules of Node that none of these commands needs, each a part of a millisecond or more. */
const costly = ["fs/promises", "net", "readline", "timers/promises", "tty", "v8", "worker_threads"];

/** The modules of Node that a program has loaded at its end, printed by its first line. */
function modulesOf(directory: string, ...args: readonly string[]): readonly string[] {
  const told = join(directory, "modules.json");
  const teller = join(directory, "teller.cjs");
  const tell = `require("node:fs").writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.moduleLoadList))`;
  writeFileSync(teller, `process.on("exit", () => ${tell});`);
  const report = openSync(join(directory, "report"), "w");
  try {
    const { status } = spawnSync(process.execPath, ["-r", teller, ...args], {
      cwd: directory,
      env: { ...cleanEnvironment(), XDG_CACHE_HOME: join(directory, "cache") },
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
