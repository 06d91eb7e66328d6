/** An image's job: combines the results of its layers, from this machine's cache or the store. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { BallastError } from "../../base/errors.ts";
import type { Image, Layer } from "../../image/image.ts";
import { judgeImage } from "../../operations/survey/judge-image.ts";
import type { Outcome } from "../../operations/survey/second-pass.ts";
import { openByDigest } from "../../transports/registry/open.ts";
import { layerJobId, layerKey, mostTries, resultKey } from "../jobs.ts";
import type { ImageJob } from "../jobs.ts";
import type { RunRecord } from "../run-record.ts";
import type { ResultStore } from "../store/store.ts";
import { mayPass } from "./read-layer.ts";
import type { RunTools, WorkerResources } from "./worker-resources.ts";

export interface ImageContext {
  readonly resources: WorkerResources;
  readonly tools: RunTools;
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly jobId: string;
  /** Why jobs of its layers failed, by job ID. */
  readonly failed: ReadonlyMap<string, string>;
  /** Whether a job is still in the queue. */
  isQueued(jobId: string): Promise<boolean>;
}

/** A layer of another image's job is still being read: try again a little later. */
export class LayerPendingError extends Error {}

/** @throws LayerPendingError; {BallastError} what another try may mend */
export async function analyseImage(job: ImageJob, context: ImageContext): Promise<void> {
  const outcome = await outcomeOf(job, context);
  await context.store.put(resultKey(job.run, context.jobId), await promisify(gzip)(JSON.stringify(outcome)));
}

async function outcomeOf(job: ImageJob, context: ImageContext): Promise<Outcome> {
  const { resources, tools } = context;
  try {
    const client = await resources.clients.of(job.registry, job.repository);
    const reference = { registry: job.registry, repository: job.repository, tag: null, digest: null };
    const image = await openByDigest(client, reference, job.digest, resources.open);
    try {
      const reason = await gatherLayers(image, job, context);
      return reason === null ? await judgeImage(image, tools.scanner, tools.work) : { reason };
    } finally {
      await image.close();
    }
  } catch (error) {
    if (mayPass(error)) throw error;
    return { reason: (error as BallastError).message };
  }
}

/** Null once this machine's cache has all layers; else why one of them cannot be read. @throws LayerPendingError */
async function gatherLayers(image: Image, job: ImageJob, context: ImageContext): Promise<string | null> {
  const { tools, record } = context;
  const keys = image.layers.map((layer) => layerKey(layer.digest!, layer.diffId, tools.rulesId));
  for (const [at, layer] of image.layers.entries()) {
    const failure = context.failed.get(layerJobId(job.run, { digest: layer.digest!, diffId: layer.diffId }));
    if (failure !== undefined) await record.setUnreadable(keys[at]!, failureOf(layer, failure));
  }
  const owners = new Map(job.waitsFor);
  const known = await record.unreadable(keys);
  for (const [at, layer] of image.layers.entries()) {
    if (known[at] !== null) continue;
    const owner = owners.get(at);
    if ((await fetchLayer(layer, keys[at]!, context)) || owner === undefined) continue;
    const isQueued = await context.isQueued(owner);
    // It may have become known meanwhile.
    known[at] = (await record.unreadable([keys[at]!]))[0] ?? null;
    if (known[at] !== null || (await fetchLayer(layer, keys[at]!, context))) continue;
    if (isQueued) throw new LayerPendingError();
    // A layer that is neither in the store nor in a job any more is read again when the image is analysed.
  }
  return known.find((reason) => reason !== null) ?? null;
}

/** Makes sure that this machine's cache has a layer; false when the store does not have it. */
async function fetchLayer({ digest, diffId }: Layer, key: string, { resources, tools, store }: ImageContext): Promise<boolean> {
  if (await resources.layers.holds(digest!, diffId, tools.rulesId)) return true;
  const packed = await store.get(key);
  return packed !== null && (await resources.layers.unpack(packed, digest!, diffId, tools.rulesId));
}

function failureOf({ index, digest }: Layer, reason: string): string {
  // BullMQ's wording for a job whose workers fell silent repeatedly.
  if (!reason.includes("stalled")) return reason;
  return `layer ${index} (${digest!.slice(7, 19)}): the process that read it ended ${mostTries} times without a word (killed, or out of memory)`;
}
