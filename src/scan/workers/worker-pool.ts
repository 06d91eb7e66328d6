/** Runs jobs side by side on worker threads, or one after the other in this thread when there are none. */
import type { Worker } from "node:worker_threads";

import { Catalog } from "../../filesystem/catalog.ts";
import { CatalogBuilder } from "../../filesystem/catalog-builder.ts";
import type { CatalogColumns } from "../../filesystem/catalog.ts";
import { effortOf, smallEffort, startingEffort } from "./effort.ts";
import { unwireFailure } from "./protocol.ts";
import type { Answer, Job, Order } from "./protocol.ts";
import type { JobResult } from "./run-job.ts";
import type { BlobScan, ScannedBlob } from "../blob/scanned-blob.ts";
import { takeWorker } from "./spare-workers.ts";

export interface JobHooks {
  onBytes?(bytes: number): void;
  /** The catalog as far as the layer has been read, valid until it is called again; `isWhole` when that is all of it. */
  onEntries?(catalog: Catalog, isWhole: boolean): void;
  /** Opens the blob of a stream job; called only when a worker is free for it. */
  open?(): Promise<AsyncIterable<Buffer>>;
}

export type PoolResult = Exclude<JobResult, { readonly scanned: unknown }> | { readonly scan: BlobScan };

export class WorkerPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: { readonly effort: number; readonly take: (worker: Worker) => void }[] = [];
  #effortWaiting = 0;
  #effortLeft: number;
  #closed = false;

  /**
   * `size` 0 runs jobs in this thread. Workers start when the first job needs them, which is when this thread has done `here` of the effort.
   */
  constructor(size: number, here: number) {
    this.#size = size;
    this.#effortLeft = here;
  }

  /** @throws whatever the job throws, and for stream jobs whatever the stream does */
  async run(job: Job, hooks: JobHooks = {}): Promise<PoolResult> {
    if (this.#size === 0 || this.#isDoneHere(job)) return runHere(job, hooks);
    const worker = await this.#acquire(effortOf(job));
    try {
      const result = await runOn(worker, job, hooks);
      this.#release(worker);
      return result;
    } catch (error) {
      // It may still be at work on what failed: a fresh one is cheaper than finding out.
      this.#discard(worker);
      throw error;
    }
  }

  /** Ends the workers that have nothing to do, and with them the memory each keeps for itself; the next job starts one again. */
  async rest(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const worker of idle) this.#all.delete(worker);
    await Promise.all(idle.map((worker) => worker.terminate()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
    this.#all.clear();
  }

  #isDoneHere(job: Job): boolean {
    const effort = effortOf(job);
    if (effort <= smallEffort) return true;
    if (effort > this.#effortLeft) return false;
    this.#effortLeft -= effort;
    return true;
  }

  async #acquire(effort: number): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const pays = this.#all.size === 0 || this.#effortWaiting + effort > startingEffort;
    if (pays && this.#all.size < this.#size) return this.#start();
    // A stream's effort is without end, and no sum would be left of the others'.
    const waiting = Math.min(effort, startingEffort);
    this.#effortWaiting += waiting;
    return new Promise((take) => this.#waiting.push({ effort: waiting, take }));
  }

  /** Who waited longest waits no more. */
  #next(): ((worker: Worker) => void) | null {
    const next = this.#waiting.shift();
    if (next === undefined) return null;
    this.#effortWaiting -= next.effort;
    return next.take;
  }

  #start(): Worker {
    const worker = takeWorker();
    this.#all.add(worker);
    return worker;
  }

  #release(worker: Worker): void {
    const next = this.#next();
    if (next !== null) next(worker);
    else if (!this.#closed) this.#idle.push(worker);
  }

  #discard(worker: Worker): void {
    this.#all.delete(worker);
    void worker.terminate();
    const next = this.#closed ? null : this.#next();
    if (next !== null) next(this.#start());
  }
}

/** Puts a catalog together that comes in pieces. */
class CatalogAssembly {
  readonly #hooks: JobHooks;
  /** Null until there is a second piece to come. */
  #builder: CatalogBuilder | null = null;
  #whole: Catalog | null = null;

  constructor(hooks: JobHooks) {
    this.#hooks = hooks;
  }

  add(entries: CatalogColumns, isLast: boolean): void {
    if (isLast && this.#builder === null) {
      this.#whole = new Catalog(entries);
    } else {
      this.#builder ??= new CatalogBuilder();
      this.#builder.append(entries);
      // A view, for a copy would hold the catalog twice. What the builder's columns have to spare was never written to, and takes no memory.
      if (isLast) this.#whole = this.#builder.view();
    }
    this.#hooks.onEntries?.(this.#whole ?? this.#builder!.view(), isLast);
  }

  scanOf(scanned: ScannedBlob): BlobScan {
    return { ...scanned, catalog: this.#whole! };
  }
}

async function runHere(job: Job, hooks: JobHooks): Promise<PoolResult> {
  const { runJob } = await import("./run-job.ts");
  const stream = await hooks.open?.();
  const assembly = new CatalogAssembly(hooks);
  const result = await runJob(job, {
    onBytes: (bytes) => hooks.onBytes?.(bytes),
    onEntries: (entries, isLast) => assembly.add(entries, isLast),
    chunks: () => stream!,
  });
  return "scanned" in result ? { scan: assembly.scanOf(result.scanned) } : result;
}

async function runOn(worker: Worker, job: Job, hooks: JobHooks): Promise<PoolResult> {
  const assembly = new CatalogAssembly(hooks);
  const chunks = (await hooks.open?.())?.[Symbol.asyncIterator]();
  const send = (order: Order, moved: ArrayBuffer[] = []): void => worker.postMessage(order, moved);
  const feed = async (): Promise<void> => {
    const next = await chunks!.next();
    if (next.done === true) return send({ chunk: null });
    // Copied out of Node's shared pool, so that the memory itself can be handed over.
    const chunk = new Uint8Array(next.value);
    send({ chunk }, [chunk.buffer]);
  };
  let forget = (): void => {};
  worker.ref();
  try {
    return await new Promise<PoolResult>((resolve, reject) => {
      const onMessage = (answer: Answer): void => {
        if ("bytes" in answer) hooks.onBytes?.(answer.bytes);
        else if ("entries" in answer) assembly.add(answer.entries, answer.isLast);
        else if ("wantsChunk" in answer) feed().catch(reject);
        else if ("scanned" in answer) resolve({ scan: assembly.scanOf(answer.scanned) });
        else if ("failure" in answer) reject(unwireFailure(answer.failure));
        else resolve(answer);
      };
      const onExit = (code: number): void => reject(new Error(`a scanning worker ended with status ${code}`));
      worker.on("message", onMessage).on("error", reject).on("exit", onExit);
      forget = () => worker.off("message", onMessage).off("error", reject).off("exit", onExit);
      send({ job });
    });
  } catch (error) {
    await chunks?.return?.();
    throw error;
  } finally {
    forget();
    worker.unref();
  }
}
