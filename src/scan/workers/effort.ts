/** What jobs cost, so that a thread is started only where it pays. */
import { availableParallelism } from "node:os";

import type { Job } from "./protocol.ts";

/** Bytes that could be hashed while a file is found and read. */
const perEntry = 4096;
/** How many times as long as hashing it takes to look for secrets. */
export const scanningEffort = 8;
/** And to unpack a stored byte, and to hash what comes of it. */
const unpacking = 12;
const unpackedBytes = 3;

const mebi = 1024 * 1024;
/**
 * Done in the calling thread before a worker is asked, in all: starting a thread, and loading and compiling again in it what is there
 * already, takes as long.
 */
export const effortHere = 128 * mebi;
/**
 * As much where that thread has nothing else to do. One worker leaves room for one thread on two processors, and that is the calling one:
 * a second worker takes a twentieth more CPU for a gigabyte, and saves no time.
 */
export const effortAlone = availableParallelism() > 2 ? effortHere : 512 * mebi;
/** This much is always done there: it takes less time than telling a worker of it, and less than a frame of the terminal UI. */
export const smallEffort = mebi;
/** This much waits for a worker that is busy before another is started, which takes as long. */
export const startingEffort = 64 * mebi;

/** In bytes that could be hashed meanwhile: about 1.8 GB a second. A stream's length is known to nobody. */
export function effortOf(job: Job): number {
  switch (job.kind) {
    case "scan-stream":
      return Infinity;
    case "scan-region": {
      const { rules, isPacked } = job.options;
      const each = (isPacked ? unpacking : 1) + (rules === null ? 0 : scanningEffort * (isPacked ? unpackedBytes : 1));
      return job.region.size * each;
    }
    case "digest":
      return job.region.size;
    case "prefix":
      return job.requests.entries.length * perEntry;
    case "hash":
      return job.requests.entries.length * perEntry + job.requests.storedSizes.reduce((sum, bytes) => sum + bytes, 0);
  }
}
