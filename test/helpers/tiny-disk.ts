/** A file system that is nearly full: making one needs root on Linux. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

import { onTestFinished } from "vitest";

/** Why there is none here; null where there is. Containers may lack the right also as root. */
export const noTinyDisk: string | null = probe();

function probe(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux";
  try {
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

/** From here on it can be read only. */
export function makeReadOnly(directory: string): void {
  execFileSync("mount", ["-o", "remount,ro", directory]);
}

function mount(kilobytes: number): string {
  const directory = join(tmpdir(), `ballast-disk-${randomBytes(6).toString("hex")}`);
  mkdirSync(directory);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", directory]);
  return directory;
}

function unmount(directory: string): void {
  execFileSync("umount", ["--lazy", directory]);
  rmdirSync(directory);
}
