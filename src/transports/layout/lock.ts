/** Writers to one layout take turns: `index.json` is read, changed and written back as a whole. */
import { constants } from "node:fs";
import { link, open, rename, rm, stat, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { defined } from "../../base/defined.ts";
import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { besideName, isAlive, isFromHere, ownerName } from "../../base/files/owner.ts";

/** Holds the writer's name during a write. */
export const lockName = ".ballast.lock";
/** Milliseconds between two tries to take the lock. */
const pause = 50;
/** Milliseconds between two heartbeats, and without one until a writer whose process cannot be seen counts as gone. */
const [beat, forsakenAfter] = [5000, 60_000];
/** Milliseconds to wait for another writer. */
const longestWait = 10 * 60 * 1000;
/** An owner's name is shorter. */
const mostOwnerBytes = 200;

/**
 * Does `work` while no other run of Ballast writes to `directory`. `work` calls `stillHeld` before it makes anything final.
 * @throws {BallastError} write-failed when another run holds the lock for too long
 */
export async function withLock<T>(
  directory: string,
  work: (stillHeld: () => Promise<void>) => Promise<T>,
  signal?: AbortSignal,
  patience: number = longestWait,
): Promise<T> {
  const lock = join(directory, lockName);
  const until = Date.now() + patience;
  let held = await take(lock);
  for (; held === null; held = await take(lock)) {
    signal?.throwIfAborted();
    const owner = await ownerOf(lock);
    if (owner === null) continue;
    if (!isAlive(owner) || (!isFromHere(owner) && (await isForsaken(lock)))) await breakLock(lock, owner);
    else if (Date.now() > until) {
      throw new BallastError("write-failed", `another run of Ballast (${owner}) is writing to ${directory}`, {
        hint: `wait for it; if there is no such run on any machine, remove ${lock}`,
      });
    } else await sleep(pause, undefined, defined({ signal }));
  }
  const own = held;
  // Rewritten instead of touched: the time then comes from the file system's clock, which all writers share.
  const heartbeat = setInterval(() => void own.write(ownerName(), 0).catch(() => {}), beat).unref();
  const stillHeld = async (): Promise<void> => {
    if ((await ownerOf(lock)) === ownerName()) return;
    throw new BallastError("write-failed", `${lock} was taken away while an image was written`, { hint: "try again" });
  };
  try {
    return await work(stillHeld);
  } finally {
    clearInterval(heartbeat);
    await own.close().catch(() => {});
    if ((await ownerOf(lock)) === ownerName()) await rm(lock, { force: true });
  }
}

/** Takes the lock, which appears with its owner's name already in it. Null when somebody holds it. */
async function take(lock: string): Promise<FileHandle | null> {
  const beside = besideName(lock);
  const handle = await create(beside);
  try {
    await link(beside, lock);
    return handle;
  } catch (error) {
    await handle.close();
    const code = systemErrorCode(error);
    if (code === "EEXIST") return null;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
    return await takeWithoutLinks(lock);
  } finally {
    await rm(beside, { force: true });
  }
}

async function takeWithoutLinks(lock: string): Promise<FileHandle | null> {
  try {
    return await create(lock);
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return null;
    throw error;
  }
}

async function create(path: string): Promise<FileHandle> {
  const handle = await open(path, "wx");
  try {
    await handle.write(ownerName());
    return handle;
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
}

/** Whether the heartbeat has stopped, by the file system's clock, which is read from a file made for that. */
async function isForsaken(lock: string): Promise<boolean> {
  const beside = besideName(lock);
  try {
    await writeFile(beside, "", { flag: "wx" });
    const [now, then] = await Promise.all([stat(beside), stat(lock)]);
    return now.mtimeMs - then.mtimeMs > forsakenAfter;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Null when the lock is gone.
 * @throws {BallastError} write-failed when something else has its name: a broken link, for example, would be waited for without end
 */
async function ownerOf(lock: string): Promise<string | null> {
  let file: FileHandle;
  try {
    file = await open(lock, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return null;
    throw code === "ELOOP" || code === "ENXIO" ? noLock(lock) : error;
  }
  try {
    if (!(await file.stat()).isFile()) throw noLock(lock);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostOwnerBytes), 0, mostOwnerBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function noLock(lock: string): BallastError {
  return new BallastError("write-failed", `${lock} is not a file, so it is not a lock of Ballast's`, { hint: `remove ${lock}` });
}

/** Removes a dead owner's lock by renaming it first, which only one of two runs can do; a new owner's lock taken meanwhile is put back. */
async function breakLock(lock: string, owner: string): Promise<void> {
  const aside = besideName(lock);
  try {
    await rename(lock, aside);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return;
    throw error;
  }
  if ((await ownerOf(aside)) === owner) await rm(aside, { force: true });
  else await rename(aside, lock);
}
