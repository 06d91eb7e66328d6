/** Finds the configuration when none is named. */
import { existsSync, lstatSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { BallastError, systemErrorCode } from "../base/errors.ts";

export interface DiscoveredConfig {
  readonly kind: "ballast" | "dive";
  readonly path: string;
  /** Files next to it that are not used. */
  readonly passedOver: readonly string[];
}

const ballastNames = [".ballast.yaml", ".ballast.yml"];

/**
 * The nearest `.ballast.yaml` or `.dive-ci` from `directory` up to the root of its repository; outside a repository only in the directory
 * itself, because anyone may put a file into `/tmp`.
 * @throws {BallastError} bad-config when it is not a file, or belongs to another user, who would then decide what passes
 */
export function discoverConfig(directory: string, env: NodeJS.ProcessEnv = process.env): DiscoveredConfig | null {
  const start = resolve(directory);
  const top = repositoryRoot(start) ?? start;
  for (let at = start; ; at = dirname(at)) {
    const dive = join(at, ".dive-ci");
    const [path, ...passedOver] = [...ballastNames.map((name) => join(at, name)), dive].filter((each) => isFile(each));
    if (path !== undefined) {
      const kind = path === dive ? "dive" : "ballast";
      refuseForeign(path, kind === "dive" ? "--ci-config" : "--config", env);
      return { kind, path, passedOver };
    }
    if (at === top) return null;
  }
}

/** The directory at or above this one that holds `.git`, which is a file in a worktree or a submodule; null outside a repository. */
function repositoryRoot(directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return null;
  }
}

/** Refuses files of other users unless they are named, as git does. Files of root are trusted and, under sudo, those of the caller. */
function refuseForeign(path: string, flag: string, env: NodeJS.ProcessEnv): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  const trusted = new Set([0, user, ...(user === 0 && env["SUDO_UID"] ? [Number(env["SUDO_UID"])] : [])]);
  // For a symbolic link both owners count: that of the link and that of the file.
  const stranger = [lstatSync(path), statSync(path)].find(({ uid }) => !trusted.has(uid));
  if (stranger === undefined) return;
  throw new BallastError("bad-config", `the configuration ${path} belongs to another user (${stranger.uid}, you are ${user})`, {
    hint: `if you trust it, name it: ${flag} ${path}; if it is yours, make it so: chown ${user} ${path}`,
  });
}

/**
 * @throws {BallastError} bad-config when something other than a file has the name: passing over it would silently apply other rules
 */
function isFile(path: string): boolean {
  const named = statsOf(path, lstatSync);
  if (named === null) return false;
  if (statsOf(path, statSync)?.isFile() === true) return true;
  const leads = named.isSymbolicLink() ? "is a link that leads to no file" : "is not a file";
  throw new BallastError("bad-config", `the configuration ${path} ${leads}`, {
    hint: "engines make a directory of a file that they shall mount and cannot find; remove it, or name the configuration with --config FILE",
  });
}

function statsOf(path: string, ask: (path: string) => Stats): Stats | null {
  try {
    return ask(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}
