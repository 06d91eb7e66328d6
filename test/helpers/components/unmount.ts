import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { removeDirectory } from "../temp-dir.ts";

/** Removes a daemon's directory, unmounting first what the daemon has left mounted in it (Docker: its network namespace). */
export function removeDaemonDirectory(directory: string): void {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const below = mounts.map((line) => line.split(" ")[1] ?? "").filter((path) => path.startsWith(`${directory}/`));
  for (const path of below.toReversed()) spawnSync("umount", ["-l", path]);
  removeDirectory(directory);
}
