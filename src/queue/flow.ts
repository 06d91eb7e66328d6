/** A survey as BullMQ flows: which job waits for which. */
import type { FlowJob, JobsOptions } from "bullmq";

import type { Digest } from "../image/digest.ts";
import type { WantedImage } from "../operations/survey/second-pass.ts";
import { dialect, imageJobId, keyPrefix, layerJobId, mostTries, surveyQueue, workQueue } from "./jobs.ts";
import type { ImageJob, LayerJob } from "./jobs.ts";

/** Milliseconds before a job that failed is tried again; doubled each time. */
const firstRetryMs = 2000;

/** Findings are in the store, so a job that is over is removed. One that fails does not stop those that wait for it. */
const options: JobsOptions = {
  attempts: mostTries,
  backoff: { type: "exponential", delay: firstRetryMs },
  removeOnComplete: true,
  removeOnFail: true,
  ignoreDependencyOnFailure: true,
};

/** The flows of a survey's images, in their order. A job has one parent: a layer is a child of the first image that has it. */
export class Flows {
  readonly #run: string;
  readonly #store: string;
  /** By layer: the job of the image whose child it is. */
  readonly #owners = new Map<string, string>();

  constructor(run: string, store: string) {
    this.#run = run;
    this.#store = store;
  }

  /** An image's job and those of the layers that no earlier image has. */
  of({ held, name, opener }: WantedImage): { readonly id: string; readonly flow: FlowJob } {
    const run = this.#run;
    const id = imageJobId(run, held.id, name);
    const { registry, repository, digest } = opener.address!;
    const basics = { dialect, run, store: this.#store, registry, repository };
    const waitsFor: [number, string][] = [];
    const children: FlowJob[] = [];
    for (const [index, layer] of held.layers.entries()) {
      const layerDigest = layer.digest as Digest;
      const diffId = layer.diffId as Digest;
      const jobId = layerJobId(run, { digest: layerDigest, diffId });
      const owner = this.#owners.get(jobId);
      if (owner === id) continue;
      if (owner !== undefined) waitsFor.push([index, owner]);
      else {
        this.#owners.set(jobId, id);
        const { bytes, mediaType } = layer;
        const data: LayerJob = { ...basics, kind: "layer", layer: { index, digest: layerDigest, diffId, mediaType, bytes } };
        children.push({ name: "layer", queueName: workQueue, data, opts: { ...options, jobId } });
      }
    }
    const data: ImageJob = { ...basics, kind: "image", digest, name, waitsFor };
    const parent = { id: run, queue: `${keyPrefix}:${surveyQueue}` };
    return { id, flow: { name: "image", queueName: workQueue, data, opts: { ...options, jobId: id, parent }, children } };
  }
}
