import { Worker } from "node:worker_threads";

import { compressBlock } from "./compress-block.ts";
import type { BlockJob, BlockResult } from "./compress-block.ts";

// When run from TypeScript sources, as in tests, there is no compiled worker; then this thread does the work. The bytes are the same.
const isCompiled = import.meta.url.endsWith(".js");

interface Lane {
  readonly worker: Worker;
  /** Callers waiting for results, in the order of their jobs. */
  readonly waiting: { resolve(result: BlockResult): void; reject(error: Error): void }[];
}

/** Compresses blocks on up to `threads` worker threads, which are started on demand and ended by `close`. */
export class BlockPool {
  readonly threads: number;
  readonly #lanes: Lane[] = [];

  constructor(threads: number) {
    this.threads = isCompiled ? threads : 0;
  }

  /** Compresses a block. Takes over its memory, and returns it with the result. */
  run(job: BlockJob): Promise<BlockResult> {
    // An only block takes less time to deflate than a thread takes to start.
    const single = job.last && job.dictionary === null && job.kind === "gzip";
    if (this.threads === 0 || single) return compressBlock(job);
    const { worker, waiting } = this.#freeLane();
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(job, [job.block.buffer as ArrayBuffer]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }

  /** An idle worker, else a new one if allowed, else the one with the fewest jobs. */
  #freeLane(): Lane {
    let free: Lane | null = null;
    for (const lane of this.#lanes) if (free === null || lane.waiting.length < free.waiting.length) free = lane;
    if (free !== null && (free.waiting.length === 0 || this.#lanes.length >= this.threads)) return free;
    return this.#startLane();
  }

  #startLane(): Lane {
    const lane: Lane = { worker: new Worker(new URL("./block-worker.js", import.meta.url)), waiting: [] };
    const fail = (error: Error): void => {
      for (const { reject } of lane.waiting.splice(0)) reject(error);
    };
    lane.worker
      .on("message", (result: BlockResult) => lane.waiting.shift()!.resolve(result))
      .on("error", fail)
      .on("exit", (code) => fail(new Error(`a compressing thread ended with status ${code}`)));
    this.#lanes.push(lane);
    return lane;
  }
}
