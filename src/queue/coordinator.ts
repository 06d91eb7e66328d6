/** The second pass on other machines. If the process that collects the results dies, another one can go on. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { serialize } from "node:v8";

import type { Queue } from "bullmq";

import type { EnterOutcome, PassHooks, SecondPass, WantedImage } from "../operations/survey/second-pass.ts";
import { Collection } from "./collection.ts";
import type { ClaimedRun } from "./collection.ts";
import type { QueueConnection } from "./connect.ts";
import { dialect, keyPrefix, shortHash, surveyQueue, workQueue } from "./jobs.ts";
import { redisRefusal } from "./redis-refusal.ts";
import { RunRecord, silentFor } from "./run-record.ts";
import type { RunSpec } from "./run-record.ts";
import type { ResultStore } from "./store/store.ts";

export interface QueuePassOptions {
  readonly queue: QueueConnection;
  readonly store: ResultStore;
  readonly spec: RunSpec;
  /** Tells a person something outside the report. */
  readonly notice: (sentence: string) => void;
}

export class QueuePass implements SecondPass {
  readonly #options: QueuePassOptions;

  constructor(options: QueuePassOptions) {
    this.#options = options;
  }

  get looksForSecrets(): boolean {
    return this.#options.spec.secrets.mode !== "off";
  }

  async run(images: readonly WantedImage[], enter: EnterOutcome, hooks: PassHooks, signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    const connection = { connection: queue.redis, prefix: keyPrefix };
    const surveys = new queue.bull.Queue(surveyQueue, connection);
    const work = new queue.bull.Queue(workQueue, connection);
    const flows = new queue.bull.FlowProducer(connection);
    // Problems of the connection are reported once, by its owner.
    surveys.on("error", () => {});
    work.on("error", () => {});
    flows.on("error", () => {});
    try {
      const run = await this.#claim(surveys, images, signal);
      await new Collection({ ...this.#options, ...run, surveys, work, flows, images, enter, hooks, signal }).collect();
    } catch (error) {
      throw redisRefusal(queue.shown, error);
    } finally {
      await Promise.allSettled([surveys.close(), work.close(), flows.close()]);
    }
  }

  /** A run of the same survey that was broken off, or a new one. */
  async #claim(surveys: Queue, images: readonly WantedImage[], signal: AbortSignal): Promise<ClaimedRun> {
    const { spec, store, queue, notice } = this.#options;
    const collector = randomUUID();
    const what = images.map(({ name, held }) => `${held.id} ${name}`).join("\n");
    const same = shortHash(`${dialect}\n${store.address}\n${specText(spec)}\n${what}`);
    for (const run of [same, `${same}-${collector.slice(0, 8)}`]) {
      const record = new RunRecord(queue.redis, run);
      const isThere = (await surveys.getJob(run)) !== undefined;
      let isOurs = await record.take(collector);
      if (!isOurs && run === same) {
        notice("the same survey is under way, or was until a moment ago: waiting to see whether it still is");
        await sleep(silentFor + 500, undefined, { signal });
        isOurs = await record.take(collector);
      }
      // Another collector is alive, so this one gets a run of its own; what the other one has read is in the store.
      if (!isOurs) continue;
      const found = isThere ? await record.spec() : null;
      if (found !== null) notice("going on with the same survey, which was broken off");
      else await record.begin(spec);
      return { run, record, collector, isNew: found === null };
    }
    throw new Error("another run took our own job");
  }
}

/** Equal for equal ways to analyse; the time of the survey does not count. */
function specText({ now: _, ...spec }: RunSpec): string {
  return serialize(spec).toString("latin1");
}
