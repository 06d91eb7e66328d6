/** The programs that are compared: Ballast as it is built, and its peers where they are installed. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { accepted } from "./measure.ts";
import type { Work } from "./measure.ts";
import type { Cached, Tools } from "./rows.ts";

/** A peer that does not end on an image that it cannot cope with is given up then. */
const peerSeconds = 20;

export function tools(root: string): Tools {
  const peer = (program: string, label: string, ...args: readonly string[]): ((archive: string) => Work) | null =>
    isInstalled(program) ? (archive) => ({ label, program, args: [...args, archive], mostSeconds: peerSeconds }) : null;
  return {
    ballast: (...args) => ({
      label: "ballast",
      program: process.execPath,
      args: [join(root, "dist/src/cli.cjs"), ...args],
      env: { CI: "", NO_COLOR: "1" },
    }),
    dive: peer("dive", "dive --ci", "--ci", "--source", "docker-archive"),
    crane: peer("crane", "crane validate", "validate", "--tarball"),
    gitleaks: peer("gitleaks", "gitleaks dir", "dir", "--no-banner", "--exit-code", "0", "--max-archive-depth", "3"),
    dockerSquash:
      isInstalled("docker-squash") && spawnSync("docker", ["info"], { stdio: "ignore" }).status === 0
        ? (image, archive) => ({
            label: "docker-squash beside its daemon",
            program: "docker-squash",
            args: ["--load-image", "false", "--output-path", archive, image],
            mostSeconds: 180,
          })
        : null,
  };
}

export function withCache(directory: string): Cached {
  return (work, isCold) => {
    const cache = join(directory, isCold ? "cold" : "cache");
    return {
      ...work,
      env: { ...work.env, XDG_CACHE_HOME: cache },
      ...(isCold ? { prepare: () => rmSync(cache, { recursive: true, force: true }) } : {}),
    };
  };
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** @throws {Error} with what the program says */
export function runQuietly({ program, args, env, prepare }: Work): void {
  prepare?.();
  const { status, stderr } = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (!accepted.includes(status)) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
