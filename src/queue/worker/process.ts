/**
 * One of a worker's processes, with one job at a time: a layer that brings it down (out of memory, a crash of Node itself) takes no other
 * work with it, and a job that is tried again runs alone.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { DelayedError, UnrecoverableError, WaitingError } from "bullmq";
import type { Job, Worker } from "bullmq";

import { BallastError } from "../../base/errors.ts";
import { shortDigest } from "../../image/digest.ts";
import { connectQueue } from "../connect.ts";
import type { QueueConnection } from "../connect.ts";
import { dialect, keyPrefix, mostTries, workQueue } from "../jobs.ts";
import type { LayerDone, WorkJob } from "../jobs.ts";
import { RunRecord } from "../run-record.ts";
import { openStore } from "../store/open-store.ts";
import type { ResultStore } from "../store/store.ts";
import { analyseImage, LayerPendingError } from "./analyse-image.ts";
import { hasBasics, isKnownJob } from "./known-job.ts";
import type { Order, ProcessOptions, Report } from "./protocol.ts";
import { readLayer } from "./read-layer.ts";
import { WorkerResources } from "./worker-resources.ts";

/** Milliseconds until a job is tried again whose layers others are still reading. */
const notYetMs = 500;
/** Milliseconds until a job that this worker refuses is offered again; other workers can take it meanwhile. */
const refusedMs = 5000;
/** Milliseconds within which BullMQ tells the queue how a job ended. */
const settleMs = 100;
/** Milliseconds that giving a job back may take. */
const longestGoodbyeMs = 2000;

const strayJob = "the queue holds a job that no survey has put there";

const stopping = new AbortController();

function tell(report: Report): void {
  process.send?.(report);
}

class JobProcessor {
  readonly #queue: QueueConnection;
  readonly #store: ResultStore;
  readonly #resources: WorkerResources;
  /** Refusals that were reported: each is reported once. */
  readonly #refused = new Set<string>();
  #current: Promise<unknown> = Promise.resolve();

  constructor(queue: QueueConnection, store: ResultStore, resources: WorkerResources) {
    this.#queue = queue;
    this.#store = store;
    this.#resources = resources;
  }

  /** Resolves when no job is held: the last one is done or was given back. */
  async idle(): Promise<void> {
    await this.#current.catch(() => {});
    // BullMQ reports to the queue only after this.
    await sleep(settleMs);
  }

  take(job: Job<WorkJob, LayerDone | null>, token: string | undefined): Promise<LayerDone | null> {
    const taken = this.#take(job, token);
    this.#current = taken;
    return taken;
  }

  /** @throws DelayedError, WaitingError for jobs that are given back; errors that another try may mend */
  async #take(job: Job<WorkJob, LayerDone | null>, token: string | undefined): Promise<LayerDone | null> {
    const { id, data } = job;
    if (!hasBasics(data)) throw new UnrecoverableError(strayJob);
    const record = new RunRecord(this.#queue.redis, data.run);
    const refusal = this.#refusalOf(data);
    if (refusal !== null) {
      if (!this.#refused.has(refusal)) tell({ say: refusal });
      this.#refused.add(refusal);
      await record.refuse(refusal);
      await job.moveToDelayed(Date.now() + refusedMs, token);
      throw new DelayedError();
    }
    if (!isKnownJob(id, data)) throw new UnrecoverableError(strayJob);
    tell({ at: nameOf(data) });
    try {
      return await this.#carryOut(job, record);
    } catch (error) {
      if (error instanceof LayerPendingError) {
        await job.moveToDelayed(Date.now() + notYetMs, token);
        throw new DelayedError();
      }
      if (!stopping.signal.aborted) throw error;
      // Other workers can take it at once.
      await job.moveToWait(token);
      throw new WaitingError();
    } finally {
      tell({ at: null });
    }
  }

  async #carryOut(job: Job<WorkJob>, record: RunRecord): Promise<LayerDone | null> {
    const { data, id } = job;
    const spec = await record.spec();
    // The survey has ended without it.
    if (spec === null) return null;
    const tools = await this.#resources.toolsFor(data.run, spec);
    const context = { resources: this.#resources, tools, store: this.#store, record };
    if (data.kind === "layer") {
      await readLayer(data, context);
      tell({ done: "layer", bytes: data.layer.bytes });
      return { bytes: data.layer.bytes };
    }
    const failures = Object.entries(await job.getIgnoredChildrenFailures());
    const failed = new Map(failures.map(([key, reason]) => [key.slice(key.lastIndexOf(":") + 1), reason] as const));
    await analyseImage(data, { ...context, jobId: id!, failed, isQueued: (jobId) => this.#isQueued(jobId) });
    tell({ done: "image", bytes: 0 });
    return null;
  }

  async #isQueued(jobId: string): Promise<boolean> {
    return (await this.#queue.redis.exists(`${keyPrefix}:${workQueue}:${jobId}`)) === 1;
  }

  /** Why this worker leaves a job to others; null when it takes it. */
  #refusalOf(data: Pick<WorkJob, "dialect" | "store">): string | null {
    if (data.dialect !== dialect)
      return `a survey was started by Ballast ${data.dialect}, whose jobs this worker (Ballast ${dialect}) does not understand: it leaves them to workers of that version`;
    if (data.store !== this.#store.address)
      return `a survey keeps its results in ${data.store}, this worker in ${this.#store.address}: it leaves the jobs alone; start it with the same --store`;
    return null;
  }
}

function nameOf(job: WorkJob): string {
  const { registry, repository } = job;
  return job.kind === "image" ? `image ${job.name}` : `layer ${shortDigest(job.layer.digest)} of ${registry}/${repository}`;
}

async function start({ queue, store, directory, lease, connection }: ProcessOptions): Promise<void> {
  const connected = await connectQueue(queue, (outage) => tell({ outage }));
  const resources = new WorkerResources(directory, { platform: null, verify: true, signal: stopping.signal, connection });
  const processor = new JobProcessor(connected, await openStore(store, connected.redis), resources);
  const worker: Worker<WorkJob, LayerDone | null> = new connected.bull.Worker(workQueue, (job, token) => processor.take(job, token), {
    connection: connected.redis,
    prefix: keyPrefix,
    concurrency: 1,
    lockDuration: lease,
    stalledInterval: lease / 2,
    // The first try is not counted as a stall.
    maxStalledCount: mostTries - 1,
  });
  // The connection reports outages; what a job throws goes back to the queue.
  worker.on("error", () => {});
  worker.on("failed", (job, error) => {
    if (job === undefined || job.attemptsMade >= mostTries) return;
    if (!isKnownJob(job.id, job.data)) tell({ say: `${strayJob}: it is left aside` });
    else tell({ say: `${nameOf(job.data)}: ${error.message}; it is tried again` });
  });
  stopping.signal.addEventListener("abort", () => {
    // A queue that cannot be reached takes nothing back; it gives the job to others when the lease is over.
    setTimeout(() => process.exit(0), longestGoodbyeMs);
    void processor.idle().then(() => process.exit(0));
  });
}

// A terminal's signals reach all processes, but only the worker decides when they stop.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
// The worker is gone.
process.on("disconnect", () => process.exit(1));
process.on("message", (order: Order) => {
  if ("stop" in order) stopping.abort(new Error("the worker was told to stop"));
  else
    start(order.start).catch((error: unknown) => {
      const { message } = error instanceof Error ? error : new Error(String(error));
      const known = error instanceof BallastError ? error : null;
      tell({ failure: { code: known?.code ?? null, message, hint: known?.hint ?? null } });
    });
});
