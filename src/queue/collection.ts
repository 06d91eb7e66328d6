/** One run of a survey in the queue, from its first job to its last result. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import type { FlowJob, FlowProducer, Queue, QueueEvents } from "bullmq";

import type { EnterOutcome, Outcome, PassHooks, WantedImage } from "../operations/survey/second-pass.ts";
import type { QueueConnection } from "./connect.ts";
import { Flows } from "./flow.ts";
import { dialect, keyPrefix, mostTries, resultKey, surveyQueue, workQueue } from "./jobs.ts";
import type { LayerDone } from "./jobs.ts";
import type { RunRecord } from "./run-record.ts";
import type { ResultStore } from "./store/store.ts";

/** Maximum number of images whose jobs are in the queue at once, so that what Redis holds does not grow with the registry. */
const mostQueued = 2000;
/** Flows that are added in one transaction. */
const batchSize = 50;
/** Milliseconds between two heartbeats, and between two checks for what events did not report. */
const tickMs = 3000;

export interface ClaimedRun {
  readonly run: string;
  readonly record: RunRecord;
  /** Identifies the process that collects this run's results. */
  readonly collector: string;
  /** False for a run that was broken off. */
  readonly isNew: boolean;
}

interface CollectionOptions extends ClaimedRun {
  readonly queue: QueueConnection;
  readonly store: ResultStore;
  readonly surveys: Queue;
  readonly work: Queue;
  readonly flows: FlowProducer;
  readonly images: readonly WantedImage[];
  readonly enter: EnterOutcome;
  readonly hooks: PassHooks;
  /** Tells a person something outside the report. */
  readonly notice: (sentence: string) => void;
  readonly signal: AbortSignal;
}

interface Awaited {
  readonly place: number;
  readonly flow: FlowJob;
  isAdded: boolean;
}

export class Collection {
  readonly #options: CollectionOptions;
  /** By the ID of the image's job. */
  readonly #awaited = new Map<string, Awaited>();
  readonly #results: string[] = [];
  readonly #heard = new Set<string>();
  #failure: { readonly error: unknown } | null = null;
  #isTicking = false;
  #wake: () => void = () => {};

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** @throws whatever keeps it from going on; the jobs then stay for the next collector */
  async collect(): Promise<void> {
    const { signal, queue, record } = this.#options;
    const lastEventId = await this.#lastEvent();
    const events = new queue.bull.QueueEvents(workQueue, { connection: queue.redis, prefix: keyPrefix, lastEventId });
    this.#listen(events);
    const stop = (): void => this.#giveUp(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    const ticking = setInterval(() => void this.#tick(), tickMs);
    try {
      await this.#warnWithoutWorkers();
      await this.#addAll();
      await this.#room(0);
      await this.#end();
    } catch (error) {
      await record.leave().catch(() => {});
      throw error;
    } finally {
      clearInterval(ticking);
      signal.removeEventListener("abort", stop);
      await events.close().catch(() => {});
    }
  }

  /** Listening continues from the last event so far, so that none is missed meanwhile. */
  async #lastEvent(): Promise<string> {
    const [last] = await this.#options.queue.redis.xrevrange(`${keyPrefix}:${workQueue}:events`, "+", "-", "COUNT", 1);
    return last?.[0] ?? "0-0";
  }

  #listen(events: QueueEvents): void {
    const { run, hooks } = this.#options;
    const isLayer = (jobId: string): boolean => jobId.startsWith(`${run}-layer-`);
    // Problems of the connection are reported once, by its owner.
    events.on("error", () => {});
    events.on("completed", ({ jobId, returnvalue }) => {
      if (!isLayer(jobId)) return void this.#settle(jobId, null);
      hooks.onBytes((returnvalue as unknown as LayerDone).bytes);
      hooks.onLayer();
    });
    events.on("failed", ({ jobId, failedReason }) => {
      if (isLayer(jobId)) hooks.onLayer();
      else void this.#settle(jobId, failedReason);
    });
  }

  async #addAll(): Promise<void> {
    const { images, run, store, isNew } = this.#options;
    const flows = new Flows(run, store.address);
    let isBegun = !isNew;
    for (let from = 0; from < images.length; from += batchSize) {
      await this.#room(mostQueued - batchSize);
      const batch = images.slice(from, from + batchSize).map((image, at) => {
        const { id, flow } = flows.of(image);
        const awaited: Awaited = { place: from + at, flow, isAdded: false };
        this.#awaited.set(id, awaited);
        return { id, awaited };
      });
      if (isBegun) {
        const missing = await Promise.all(batch.map(async ({ id }) => isNew || (await this.#isMissing(id))));
        await this.#add(batch.filter((_, at) => missing[at]).map(({ awaited }) => awaited.flow));
      } else {
        await this.#begin(batch.map(({ awaited }) => awaited.flow));
        isBegun = true;
      }
      for (const { awaited } of batch) awaited.isAdded = true;
    }
  }

  /** Adds the survey's own job, with its first images. */
  async #begin(flows: readonly FlowJob[]): Promise<void> {
    const { run, images } = this.#options;
    await this.#options.flows.add({
      name: "survey",
      queueName: surveyQueue,
      data: { dialect, run, images: images.length },
      opts: { jobId: run },
      // Being children here, they need no explicit parent.
      children: flows.map(({ opts: { parent: _, ...opts } = {}, ...flow }) => ({ ...flow, opts })),
    });
  }

  async #add(flows: readonly FlowJob[]): Promise<void> {
    if (flows.length > 0) await this.#options.flows.addBulk([...flows]);
  }

  /** Whether a job is neither done nor in the queue. If it exists, its children do too: all were added in one transaction. */
  async #isMissing(id: string): Promise<boolean> {
    if (await this.#isQueued(id)) return false;
    return !(await this.#settle(id, await this.#failureIn(id)));
  }

  async #isQueued(id: string): Promise<boolean> {
    return (await this.#options.queue.redis.exists(`${keyPrefix}:${workQueue}:${id}`)) === 1;
  }

  /** Waits until at most that many results are awaited. */
  async #room(most: number): Promise<void> {
    while (this.#awaited.size > most && this.#failure === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== null) throw this.#failure.error;
  }

  /**
   * Enters the outcome of an image; false when there is none yet. A result is put into the store before its job leaves the queue.
   * @param failure why the job failed; null when it did not
   */
  async #settle(id: string, failure: string | null): Promise<boolean> {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) return true;
    // Removed at once: its end may be reported twice, but counts once.
    this.#awaited.delete(id);
    try {
      const key = resultKey(this.#options.run, id);
      const outcome = failure === null ? await this.#result(key) : { reason: failureOf(failure) };
      if (outcome === null) {
        this.#awaited.set(id, awaited);
        return false;
      }
      this.#results.push(key);
      await this.#options.enter(awaited.place, outcome);
    } catch (error) {
      this.#giveUp(error);
    }
    this.#wake();
    return true;
  }

  async #result(key: string): Promise<Outcome | null> {
    const packed = await this.#options.store.get(key);
    return packed === null ? null : (JSON.parse((await promisify(gunzip)(packed)).toString()) as Outcome);
  }

  #giveUp(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  async #tick(): Promise<void> {
    // While Redis cannot be reached, only one tick waits for it.
    if (this.#isTicking) return;
    this.#isTicking = true;
    try {
      await this.#options.record.stillHere(this.#options.collector);
      await this.#passOnRefusals();
      await this.#lookAround();
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#isTicking = false;
    }
  }

  async #passOnRefusals(): Promise<void> {
    for (const sentence of await this.#options.record.refusals()) {
      if (!this.#heard.has(sentence)) this.#options.notice(sentence);
      this.#heard.add(sentence);
    }
  }

  /** Finds results that events did not report, and jobs that are gone: a restarted Redis may have lost its last second. */
  async #lookAround(): Promise<void> {
    const added = [...this.#awaited].filter(([, { isAdded }]) => isAdded);
    const lost: FlowJob[] = [];
    for (const [id, { flow }] of added) if (await this.#isMissing(id)) lost.push(flow);
    await this.#add(lost);
  }

  /** Why an image's job failed, as the survey's own job remembers it. */
  async #failureIn(id: string): Promise<string | null> {
    const survey = `${keyPrefix}:${surveyQueue}:${this.#options.run}`;
    return this.#options.queue.redis.hget(`${survey}:failed`, `${keyPrefix}:${workQueue}:${id}`);
  }

  async #warnWithoutWorkers(): Promise<void> {
    const { work, queue, notice } = this.#options;
    if ((await work.getWorkersCount()) > 0) return;
    notice(`no worker takes jobs from ${queue.shown} yet: start some with \`ballast worker --queue ${queue.shown}\``);
  }

  async #end(): Promise<void> {
    const { surveys, run, record, store } = this.#options;
    await surveys.remove(run, { removeChildren: true });
    await record.end();
    for (const key of this.#results) await store.remove(key);
  }
}

function failureOf(reason: string): string {
  // BullMQ's wording for a job whose workers fell silent repeatedly.
  if (!reason.includes("stalled")) return reason;
  return `the process that analysed it ended ${mostTries} times without a word (killed, or out of memory)`;
}
