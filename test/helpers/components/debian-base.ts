/** A Debian root filesystem without any image registry, made once per machine and kept in `.bench/`. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "./run.ts";

const directory = join(import.meta.dirname, "../../../.bench/components");

/** Path of the tar; made by mmdebstrap in about 15 seconds the first time, by one of those who ask at once. */
export function debianBaseTar(): Promise<string> {
  return rootfsTar("debian-bookworm.tar", []);
}

/** The same with Python, Node and busybox, for programs that run in images; made in about a minute. */
export function debianToolsTar(): Promise<string> {
  return rootfsTar("debian-bookworm-tools.tar", ["--include=python3,python3-venv,python3-pip,nodejs,busybox-static,ca-certificates"]);
}

async function rootfsTar(name: string, args: readonly string[]): Promise<string> {
  const path = join(directory, name);
  const lock = `${path}.lock`;
  mkdirSync(directory, { recursive: true });
  for (let tries = 0; !existsSync(path) && tries < 600; tries += 1) {
    try {
      mkdirSync(lock);
    } catch {
      await sleep(500);
      continue;
    }
    try {
      await run("mmdebstrap", ["--variant=minbase", "--quiet", ...args, "bookworm", `${path}.part.tar`]);
      renameSync(`${path}.part.tar`, path);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  if (!existsSync(path)) throw new Error(`${path} was not made: is ${lock} a leftover of an interrupted run?`);
  return path;
}
