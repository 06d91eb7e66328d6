import { existsSync, readFileSync } from "node:fs";

/** Where Linux says how long the calling thread has run, in nanoseconds. */
const statistics = "/proc/thread-self/schedstat";

/**
 * Milliseconds that this thread has computed for since some moment. Waiting for a processor does not count, so that what is measured is the
 * same on a busy machine; where the system does not tell, it is the time of the clock.
 */
export function threadTime(): number {
  if (!existsSync(statistics)) return performance.now();
  return Number(readFileSync(statistics, "latin1").split(" ")[0]) / 1e6;
}
