/** A file system that is nearly full: making one needs root on Linux. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

import { onTestFinished } from "vitest";

/** Why there is none here; null where there is. Containers may lack the right also as root. */
export const noTinyDisk: string | null = probe();

function probe(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux";
  try {
    sweepDisks();
    const directory = mount(64);
    unmount(directory);
    return null;
  } catch {
    return "this container may not mount";
  }
}

/** A tmpfs of so many kilobytes until the running test ends. */
export function tinyDisk(kilobytes: number): string {
  const directory = mount(kilobytes);
  onTestFinished(() => unmount(directory));
  return directory;
}

/** Gives it another size; what lies in it may not be larger. `inodes`: how many names it has room for. */
export function resizeDisk(directory: string, kilobytes: number, inodes = 1000): void {
  execFileSync("mount", ["-o", `remount,size=${kilobytes}k,nr_inodes=${inodes}`, directory]);
}

/** From here on it can be read only. */
export function makeReadOnly(directory: string): void {
  execFileSync("mount", ["-o", "remount,ro", directory]);
}

/** What test runs that were killed have left mounted. */
function sweepDisks(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^ballast-disk-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    // It may have been killed before it mounted, and another run may sweep too.
    spawnSync("umount", ["--lazy", join(tmpdir(), name)]);
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function mount(kilobytes: number): string {
  const directory = join(tmpdir(), `ballast-disk-${process.pid}-${randomBytes(6).toString("hex")}`);
  mkdirSync(directory);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", directory]);
  return directory;
}

function unmount(directory: string): void {
  execFileSync("umount", ["--lazy", directory]);
  rmdirSync(directory);
}
