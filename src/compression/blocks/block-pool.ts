import { Worker } from "node:worker_threads";

import { compressBlock } from "./compress-block.ts";
import type { BlockJob, BlockResult } from "./compress-block.ts";

// Run from its TypeScript sources, as tests do, there is no compiled worker to start; then this thread does the work. The bytes are the same.
const isCompiled = import.meta.url.endsWith(".js");

interface Lane {
  readonly worker: Worker;
  /** Who waits for the answers to come, in the order in which the worker was asked. */
  readonly waiting: { resolve(result: BlockResult): void; reject(error: Error): void }[];
}

/** Compresses blocks on up to `threads` worker threads, which start when there is work for them and end with `close`. */
export class BlockPool {
  readonly threads: number;
  readonly #lanes: Lane[] = [];

  constructor(threads: number) {
    this.threads = isCompiled ? threads : 0;
  }

  /** Compresses a block. Its memory is given away, and comes back with the result. */
  run(job: BlockJob): Promise<BlockResult> {
    // A first and last block is all there is: deflating it takes less time than starting a thread.
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

  /** A new worker while there may be more, then the one with the least to do. */
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
