/** The Nodes that Ballast promises to run on, each as a program of its own: npm carries their binaries. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The oldest that package.json allows, then the newest of each major version. */
export const nodeVersions = ["20.19", "22", "24", "26"] as const;

/**
 * The program of that version: the running one, or one that was installed before, or, where no component may be missing, one that is
 * installed now, outside the repository. Null where there is none.
 */
export function nodeProgram(version: string): string | null {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const directory = join(cache, "ballast-test-nodes", version);
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(directory, "node_modules", name, "bin/node");
  if (!existsSync(program) && process.env["BALLAST_REQUIRE_COMPONENTS"] === "1") install(`${name}@${version}`, directory);
  return existsSync(program) ? program : null;
}

/** Installed beside and renamed, so that a broken download is none. */
function install(specifier: string, directory: string): void {
  const beside = `${directory}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  const args = ["install", "--prefix", beside, "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", specifier];
  const { status, stderr } = spawnSync("npm", args, { encoding: "utf8" });
  if (status !== 0) {
    rmSync(beside, { recursive: true, force: true });
    throw new Error(`${specifier} cannot be installed: ${stderr}`);
  }
  rmSync(directory, { recursive: true, force: true });
  renameSync(beside, directory);
}
