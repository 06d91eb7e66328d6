/** A Debian root filesystem without any image registry, made once per machine and kept in `.bench/`. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { run } from "./run.ts";

const directory = join(import.meta.dirname, "../../../.bench/components");

/** Path of the tar; made by mmdebstrap in about 15 seconds the first time, by one of those who ask at once. */
export function debianBaseTar(): Promise<string> {
  return madeOnce("debian-bookworm.tar", (path) => debootstrap(path, []));
}

/** The same with Python, Node and busybox, for programs that run in images; made in about a minute. */
function debianToolsTar(): Promise<string> {
  return madeOnce("debian-bookworm-tools.tar", (path) =>
    debootstrap(path, ["--include=python3,python3-venv,python3-pip,nodejs,busybox-static,ca-certificates"]),
  );
}

const unread = [
  "share/locale",
  "share/man",
  "share/perl",
  "share/zoneinfo",
  "share/doc/[d-z]",
  "lib/*/perl",
  "lib/*/perl-base",
  "lib/*/gconv",
];

/** What engines copy once for every layer: the shell and coreutils, and of the rest every kind of entry, in a fifth of the bytes. */
export async function smallDebianTar(): Promise<string> {
  const base = await debianBaseTar();
  return await madeOnce("debian-bookworm-small.tar", (path) =>
    copyWithout(base, path, [...unread.map((name) => `./usr/${name}*`), "./var/lib/dpkg/info/*"], async (root) => {
      const needed = ["libc.so*", "libm.so*", "libpcre2*", "libstdc++*"].flatMap((name) => ["!", "-name", name]);
      await run("find", [root, "-type", "f", "-size", "+400k", ...needed, "-delete"]);
    }),
  );
}

/** A Debian that apt can install packages into, without what only people and other languages read. */
export async function aptDebianTar(): Promise<string> {
  const base = await debianBaseTar();
  const patterns = [...unread, "share/doc", "share/common-licenses", "bin/perl"].map((name) => `./usr/${name}*`);
  return await madeOnce("debian-bookworm-apt.tar", (path) => copyWithout(base, path, patterns));
}

const leftOut = {
  python: ["share/nodejs", "lib/*/libnode", "lib/*/libicu"],
  node: ["lib/python3", "bin/python3.11", "lib/apt", "bin/busybox"],
} as const;

/** Debian with one language, as small as it still runs. */
export async function languageTar(language: keyof typeof leftOut): Promise<string> {
  const base = await debianToolsTar();
  const patterns = [...unread, ...leftOut[language]].map((name) => `./usr/${name}*`);
  return await madeOnce(`debian-bookworm-${language}.tar`, (path) => copyWithout(base, path, patterns));
}

async function copyWithout(
  base: string,
  path: string,
  patterns: readonly string[],
  more: (root: string) => Promise<void> = async () => {},
): Promise<void> {
  const root = `${path}.root`;
  mkdirSync(root);
  await run("tar", ["-C", root, "-xpf", base, "--wildcards", ...patterns.map((pattern) => `--exclude=${pattern}`)]);
  await more(root);
  await run("tar", ["-C", root, "--numeric-owner", "-cf", path, "."]);
  rmSync(root, { recursive: true });
}

async function debootstrap(path: string, args: readonly string[]): Promise<void> {
  await run("mmdebstrap", ["--variant=minbase", "--quiet", ...args, "bookworm", path]);
}

async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
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
      if (existsSync(path)) break;
      await make(`${path}.part.tar`);
      renameSync(`${path}.part.tar`, path);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  if (!existsSync(path)) throw new Error(`${path} was not made: is ${lock} a leftover of an interrupted run?`);
  return path;
}
