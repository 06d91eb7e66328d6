/**
 * Temporary files and directories have their owner in their names: process id, start time of that process, and where it runs. So the next
 * run can tell what a killed one left behind from what a live one uses, even if the process id has been reused.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { crc32 } from "node:zlib";

import { systemErrorCode } from "../errors.ts";

/** `PID-START-PLACE` of this process. */
let own: string | null = null;

/** `PID-START-PLACE`, which is constant for this process and unique to it. */
export function ownerName(): string {
  own ??= `${process.pid}-${startOf(process.pid) ?? 0}-${place()}`;
  return own;
}

/** A name for a directory or file of ours in a shared temporary directory. */
export function temporaryName(): string {
  return `ballast-${ownerName()}-${randomBytes(6).toString("hex")}`;
}

/** A hidden name in the same directory, so that the rename stays on one file system. */
export function besideName(path: string): string {
  // File systems limit names to 255 bytes.
  const name = Buffer.from(basename(path)).subarray(0, 150).toString();
  return join(dirname(path), `.${name}.${ownerName()}-${randomBytes(6).toString("hex")}.partial`);
}

const owned = /^(?:ballast-|\..*\.)(\d+-\d+-[0-9a-f]{8})-[0-9a-f]{12}(?:\.partial)?$/s;

/** Whether a name is one of the above, of whatever owner. */
export function isTemporaryName(name: string): boolean {
  return owned.test(name);
}

/**
 * Removes from `directory` what processes that have ended left there. Whatever belongs to another user, to a live process or to another
 * machine or container is left alone, and no link is followed. Never throws, because to every caller this is a side task.
 */
export async function sweepAbandoned(directory: string): Promise<void> {
  for (const name of namesIn(directory)) {
    const owner = owned.exec(name)?.[1];
    if (owner === undefined || isAlive(owner)) continue;
    const path = join(directory, name);
    const stats = await lstat(path).catch(() => null);
    if (stats === null || (process.getuid !== undefined && stats.uid !== process.getuid())) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Synchronous, because the detour through Node's threads takes longer and there is rarely anything to remove. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether an owner's process would be visible from here. @param owner as returned by `ownerName` */
export function isFromHere(owner: string): boolean {
  return owner.split("-")[2] === place();
}

/** True when in doubt. @param owner as returned by `ownerName` */
export function isAlive(owner: string): boolean {
  const [pid = "", start] = owner.split("-");
  if (!isFromHere(owner)) return true;
  if (process.platform === "linux") {
    const now = startOf(Number(pid));
    return now !== null && String(now) === start;
  }
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== "ESRCH";
  }
}

/** Clock ticks since boot at which a process started (proc(5), field 22 of stat); null when there is no such process, or no /proc. */
function startOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name is in parentheses and may contain spaces and parentheses itself.
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return null;
  }
}

let here: string | null = null;

/** Where process ids mean the same: one machine, one process namespace. Containers may share a directory without sharing either. */
function place(): string {
  if (here === null) {
    let namespace = "";
    try {
      namespace = readlinkSync("/proc/self/ns/pid");
    } catch {
      // Not Linux: there is only one namespace.
    }
    here = crc32(`${hostname()}\0${namespace}`).toString(16).padStart(8, "0");
  }
  return here;
}
