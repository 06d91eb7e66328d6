/** Scanning workers that are started before there is work: a thread takes as long to start as the command line and the modules to load. */
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";

import { defaultCacheDirectory } from "../../cache/cache-directory.ts";
import { isRecorded } from "../../cache/verified-regions.ts";
import { scanningEffort } from "./effort.ts";

/** Enough for a first look; a pool starts more when it has more to do. */
const mostSpare = 2;

const spare: Worker[] = [];

/**
 * Starts workers in advance, unless the words that a person typed name files which the calling thread reads sooner alone, or which were read
 * before. They keep no process alive. Nothing is started where they would only compete with the calling thread.
 */
export function startSpareWorkers(words: readonly string[], env: NodeJS.ProcessEnv, here: number): void {
  if (!mayPay(words, here, words.includes("--no-cache") ? null : defaultCacheDirectory(env))) return;
  const wanted = Math.min(mostSpare, availableParallelism() - 1);
  while (spare.length < wanted) {
    const worker = startWorker();
    // One that dies before there is work is missed by nobody: whoever has work starts another, and is told why it fails.
    worker.on("error", () => {
      const at = spare.indexOf(worker);
      if (at >= 0) spare.splice(at, 1);
    });
    spare.push(worker);
  }
}

/** A guess, which nothing depends on but how soon the first worker is there. */
function mayPay(words: readonly string[], here: number, cacheDirectory: string | null): boolean {
  const files = words.map(namedFile).filter((file) => file !== null);
  const looksForSecrets = !words.some((word) => ["squash", "export", "diff", "off", "--secrets=off"].includes(word));
  const least = looksForSecrets ? here / scanningEffort : here;
  const isKnown = (path: string): boolean => cacheDirectory !== null && isRecorded(cacheDirectory, path);
  return files.length === 0 || files.some(({ path, bytes }) => bytes > least && !isKnown(path));
}

/** The file that `FILE` or `docker-archive:FILE:TAG` names; null for anything else. */
function namedFile(word: string): { readonly path: string; readonly bytes: number } | null {
  const [, path = word] = /^(?:docker|oci)-archive:([^:]+)/.exec(word) ?? [];
  try {
    const found = statSync(path);
    return found.isFile() ? { path, bytes: found.size } : null;
  } catch {
    return null;
  }
}

/** A worker for a pool to keep: a spare one if there is one. */
export function takeWorker(): Worker {
  return spare.pop() ?? startWorker();
}

function startWorker(): Worker {
  // Read only where a thread is started: small images, and those that are known, need none.
  const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
  const worker = new Thread(new URL("./worker.js", import.meta.url), { stdout: false, stderr: false });
  worker.unref();
  return worker;
}
