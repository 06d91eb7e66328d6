/** The jobs in the queue: one per layer, one per image with its layers as children, and one for the survey with its images as children. */
import { createHash } from "node:crypto";

import { toolVersion } from "../base/version.ts";
import { cacheVersion } from "../cache/layer-cache.ts";
import type { Digest } from "../image/digest.ts";

/** Prefix of every key in Redis. The braces make a Redis Cluster keep all of them on one node, as scripts require. */
export const keyPrefix = "{ballast}";
/** Layers and images wait in one queue: a worker's process does one thing at a time. */
export const workQueue = "work";
/** Nobody takes jobs from this one: a survey's job stays there until its images are done. */
export const surveyQueue = "surveys";

/** How many times a job may fail, or bring its worker down. */
export const mostTries = 3;

/**
 * What has to be equal for results to be equal; workers take no jobs of another dialect. Ballast's version, and that of what it keeps of
 * a layer, which changes between versions.
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

/** What a finished layer job returns; its findings are in the store. */
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

/** Key of a layer in the store and among the unreadable ones. */
export function layerKey(digest: Digest, diffId: Digest, rules: string | null): string {
  return `layers/${shortHash(`${cacheVersion} ${digest} ${diffId} ${rules ?? ""}`)}`;
}

export function resultKey(run: string, jobId: string): string {
  return `results/${run}/${jobId.slice(run.length + 1)}`;
}

/** Long enough that no two names of a registry collide. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
