import { Worker } from "node:worker_threads";
import { compressBlock } from "./compress-block.ts";
import type { BlockJob } from "./compress-block.ts";

// Run from its TypeScript sources, as tests do, there is no compiled worker to start; then this thread does the work. The bytes are the same.
const isCompiled = import.meta.url.endsWith(".js");

/** Compresses blocks on up to `threads` worker threads, which start when there is work for them and end with `close`. */
export class BlockPool {
  readonly threads: number;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #queue: ((worker: Worker) => void)[] = [];

  constructor(threads: number) {
    this.threads = isCompiled ? threads : 0;
  }

  /** Compresses a block, whose memory (and the dictionary's) is given away. */
  async run(job: BlockJob): Promise<Uint8Array> {
    // A first and last block is all there is: deflating it takes less time than starting a thread.
    const single = job.last && job.dictionary === null && job.kind === "gzip";
    if (this.threads === 0 || single) return compressBlock(job);
    const worker = await this.#acquire();
    const result = await new Promise<Uint8Array>((resolve, reject) => {
      const settle = (): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      const onMessage = (bytes: Uint8Array): void => {
        settle();
        resolve(bytes);
      };
      const onError = (error: Error): void => {
        settle();
        reject(error);
      };
      const onExit = (code: number): void => onError(new Error(`a compressing thread ended with status ${code}`));
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      const moved = [job.block.buffer, ...(job.dictionary === null ? [] : [job.dictionary.buffer])] as ArrayBuffer[];
      worker.postMessage(job, moved);
    });
    const next = this.#queue.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return result;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #acquire(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    if (this.#all.length >= this.threads) return new Promise((resolve) => this.#queue.push(resolve));
    const worker = new Worker(new URL("./block-worker.js", import.meta.url));
    this.#all.push(worker);
    return Promise.resolve(worker);
  }
}
