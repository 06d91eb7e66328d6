/** What lies in the queue: a job a layer, a job an image whose children are its layers, a job for the survey whose children are its images. */
import { createHash } from "node:crypto";

import { toolVersion } from "../base/version.ts";
import { cacheVersion } from "../cache/layer-cache.ts";
import type { Digest } from "../image/digest.ts";

/** Before every key in Redis. In braces: a Redis Cluster then keeps all of them on one node, as scripts need it. */
export const keyPrefix = "{ballast}";
/** Layers and images wait in one queue: a worker's process does one thing at a time. */
export const workQueue = "work";
/** Nobody takes jobs out of this one: a survey's job stands there until its images are done. */
export const surveyQueue = "surveys";

/** Times that a job may fail, or take its worker with it. */
export const mostTries = 3;

/**
 * What has to be equal for results to be equal: workers take no jobs of another one. Ballast's version, and that of what it keeps of a
 * layer, which changes between versions.
 */
export const dialect = `${toolVersion}/${cacheVersion}`;

interface JobBasics {
  readonly dialect: string;
  readonly run: string;
  /** `ResultStore.address` of the survey: workers need the same one. */
  readonly store: string;
}

export interface LayerJob extends JobBasics {
  readonly kind: "layer";
  readonly registry: string;
  readonly repository: string;
  readonly layer: LayerAddress;
}

export interface LayerAddress {
  /** Position in the image that asks for it, from the bottom. */
  readonly index: number;
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly mediaType: string;
  /** As stored. */
  readonly bytes: number;
}

export interface ImageJob extends JobBasics {
  readonly kind: "image";
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
  /** As the report names it. */
  readonly name: string;
  /** Layers that are children of another image's job, by their position, with that job's id. */
  readonly waitsFor: readonly (readonly [layer: number, owner: string])[];
}

export type WorkJob = LayerJob | ImageJob;

/** What a finished layer job says of itself; its findings lie in the store. */
export interface LayerDone {
  /** Stored bytes of the layer. */
  readonly bytes: number;
}

export function layerJobId(run: string, { digest, diffId }: Pick<LayerAddress, "digest" | "diffId">): string {
  return `${run}-layer-${shortHash(`${digest} ${diffId}`)}`;
}

export function imageJobId(run: string, image: string, name: string): string {
  return `${run}-image-${shortHash(`${image} ${name}`)}`;
}

/** Of a layer in the store and among the unreadable ones. */
export function layerKey(digest: Digest, diffId: Digest, rules: string | null): string {
  return `layers/${shortHash(`${cacheVersion} ${digest} ${diffId} ${rules ?? ""}`)}`;
}

export function resultKey(run: string, jobId: string): string {
  return `results/${run}/${jobId.slice(run.length + 1)}`;
}

/** Long enough that no two of a registry's names meet. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
