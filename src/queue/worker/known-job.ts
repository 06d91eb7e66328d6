/** Anybody who can write to the queue can put anything into it. Names in a job become names of files and keys, so they are checked. */
import { isDigest } from "../../image/digest.ts";
import { isObject } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import type { WorkJob } from "../jobs.ts";

const runName = /^[0-9a-f]{32}(?:-[0-9a-f]{8})?$/;
const lastOfName = /^[0-9a-f]{32}$/;

/** What jobs of every version have: enough to tell whether one is for this worker. */
export function hasBasics(data: unknown): data is Pick<WorkJob, "dialect" | "run" | "store"> {
  return isObject(data) && areStrings(data, ["dialect", "run", "store"]);
}

/** Whether a job of this version is well formed, and named after its run. */
export function isKnownJob(id: string | undefined, data: unknown): data is WorkJob {
  if (id === undefined || !isObject(data) || !areStrings(data, ["kind", "run", "registry", "repository"])) return false;
  const { kind, run, layer } = data as { readonly kind: string; readonly run: string; readonly layer?: unknown };
  const before = `${run}-${kind}-`;
  if (!runName.test(run) || !id.startsWith(before) || !lastOfName.test(id.slice(before.length))) return false;
  return kind === "layer" ? isObject(layer) && isLayer(layer) : kind === "image" && isImage(data);
}

function areStrings(data: JsonObject, keys: readonly string[]): boolean {
  return keys.every((key) => typeof data[key] === "string");
}

function isLayer({ index, digest, diffId, mediaType, bytes }: JsonObject): boolean {
  return isDigest(digest) && isDigest(diffId) && typeof mediaType === "string" && isCount(index) && isCount(bytes);
}

function isImage({ digest, name, waitsFor }: JsonObject): boolean {
  const isPair = (pair: unknown): boolean => Array.isArray(pair) && isCount(pair[0]) && typeof pair[1] === "string";
  return isDigest(digest) && typeof name === "string" && Array.isArray(waitsFor) && waitsFor.every(isPair);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
