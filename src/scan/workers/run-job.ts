/** Runs one job in whatever thread it is called in. What a job needs is loaded when one comes: every thread loads for itself. */
import type { Digest } from "../../image/digest.ts";
import type { ContentScanner } from "../blob/catalog-handler.ts";
import type { OnEntries } from "../blob/catalog-pieces.ts";
import { compiledRules } from "./compiled-rules.ts";
import type { Job, JobOptions } from "./protocol.ts";
import { digestRegion } from "../blob/region.ts";
import { scanRegion } from "../blob/scan-region.ts";
import type { ScannedBlob } from "../blob/scanned-blob.ts";

export interface JobEvents {
  /** Stored bytes worked through since the last call. */
  onBytes(bytes: number): void;
  /** Entries that are known before the rest. */
  onEntries: OnEntries;
  /** The blob of a stream job. */
  chunks(): AsyncIterable<Buffer>;
}

export type JobResult =
  /** Its catalog is what `onEntries` was given. */
  { readonly scanned: ScannedBlob } | { readonly digest: Digest } | { readonly hashes: Uint8Array } | { readonly prefixes: Uint32Array };

export async function runJob(job: Job, events: JobEvents): Promise<JobResult> {
  if (job.kind === "hash" || job.kind === "prefix") {
    const { hashRegionEntries, prefixesOfRegionEntries } = await import("../content/hash-entries.ts");
    if (job.kind === "hash") return { hashes: hashRegionEntries(job.region, job.requests, job.name) };
    return { prefixes: prefixesOfRegionEntries(job.region, job.requests, job.name) };
  }
  if (job.kind === "digest") return { digest: digestRegion(job.region, job.name, job.algorithm, events.onBytes) };
  const options = { ...job.options, scanner: await contentScanner(job.options), onBytes: events.onBytes };
  if (job.kind === "scan-region") return { scanned: await scanRegion(job.region, options, events.onEntries) };
  const { scanChunks } = await import("../blob/scan-chunks.ts");
  // A stream goes by once.
  return { scanned: await scanChunks(events.chunks(), { ...options, collectPackages: true }, events.onEntries) };
}

async function contentScanner({ rules }: JobOptions): Promise<ContentScanner | null> {
  if (rules === null) return null;
  const compiled = await compiledRules(rules);
  const { createContentScanner } = await import("../../../analyzers/secrets/content-scanner.ts");
  return createContentScanner(compiled);
}
