/** What a plan would save. Pure arithmetic on the plan, cheap enough to run at every key press. */
import { padding } from "../../../tar/writer.ts";
import { isOn } from "../plan.ts";
import type { Compression, Plan, PlanPath, Prediction, Sizes } from "../plan.ts";

/** Header, half a block of padding, and an occasional PAX record. */
const bytesPerEntry = 800;
const blockBytes = 512;
/** Compressed ÷ archive bytes of headers, for when only content was measured: they are mostly zeros and repeat each other. */
const headerRatio = 0.07;
/** Fixed cost of a layer: the gzip frame, and the first header, which repeats nothing. */
const bytesPerStream = 80;

/** Sizes in bytes before and after the enabled steps. */
export function predict(plan: Plan): Prediction {
  const { figures } = plan;
  const merged = isOn(plan, "merge") || isOn(plan, "split");
  const removed = savedByPaths(plan);
  const content = Math.max(0, (merged ? figures.mergedBytes : figures.totalBytes - figures.keptBytes) - removed.bytes - savedByLinks(plan));
  const compressed = compressedBytes(plan, content, removed.frames);
  const newLayers = newLayersOf(plan);
  const shared = Math.min(plan.baseLayers, plan.keepLayers) > 0 ? figures.baseStoredBytes : 0;
  const total = compressed === null ? null : compressed + figures.keptStoredBytes;
  const original = originalBytes(plan);
  const before: Sizes = {
    layers: plan.image.layers,
    uncompressed: figures.totalBytes,
    compressed: original?.stored ?? null,
    afterSharing: original === null ? null : Math.max(0, original.stored - original.base),
  };
  const after: Sizes = {
    layers: plan.keepLayers + newLayers,
    uncompressed: figures.keptBytes + content,
    compressed: total,
    afterSharing: total === null ? null : Math.max(0, total - shared),
  };
  return { before, after, exactness: figures.exact && merged ? "exact" : "estimate" };
}

/**
 * Stored bytes of the original and its base. If the source is uncompressed: kept layers as stored, as in the result, and for the rewritten
 * ones what gzip would make of them. Null if gzip's ratio is unknown.
 */
function originalBytes({ figures, image, baseLayers, keepLayers }: Plan): { readonly stored: number; readonly base: number } | null {
  const { storedBytes, totalBytes, keptBytes, keptStoredBytes, baseStoredBytes, gzipRatio } = figures;
  // The ratio is of whole archives: with small files, much of that is headers.
  const rewritten = figures.rewrittenBytes ?? totalBytes - keptBytes;
  const streams = Math.max(0, image.layers - keepLayers - 1) * bytesPerStream;
  if (storedBytes !== null) return { stored: storedBytes, base: baseStoredBytes };
  if (gzipRatio === null) return null;
  const rewrittenBase = baseLayers > keepLayers ? baseStoredBytes - keptStoredBytes : 0;
  return {
    stored: Math.round(keptStoredBytes + rewritten * gzipRatio) + streams,
    base: Math.round(baseStoredBytes - rewrittenBase * (1 - gzipRatio)),
  };
}

/**
 * Bytes of all paths that the enabled steps remove, each counted once even if several steps name it or a directory above it; `frames` are
 * the bytes of their headers and padding in the archive.
 */
function savedByPaths(plan: Plan): { readonly bytes: number; readonly frames: number } {
  const chosen = new Map<string, PlanPath>();
  for (const step of plan.steps) if (step.enabled) for (const item of step.paths) chosen.set(item.path, item);
  let bytes = 0;
  let frames = 0;
  for (const { path, bytes: own } of chosen.values()) {
    if (own === 0 || hasAncestor(chosen, path)) continue;
    bytes += own;
    frames += blockBytes + padding(own).length;
  }
  return { bytes, frames };
}

function hasAncestor(chosen: ReadonlyMap<string, PlanPath>, path: string): boolean {
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    if (chosen.has(path.slice(0, slash))) return true;
  }
  return false;
}

/** Copies that another step removes are not counted again. */
function savedByLinks(plan: Plan): number {
  if (!isOn(plan, "hard-link")) return 0;
  const removed = new Map<string, PlanPath>();
  for (const step of plan.steps) {
    if (step.enabled) for (const item of step.paths) removed.set(item.path, item);
  }
  let bytes = 0;
  for (const step of plan.steps) {
    if (step.kind !== "hard-link") continue;
    for (const group of step.groups) {
      const left = group.paths.filter((path) => !removed.has(path) && !hasAncestor(removed, path)).length;
      bytes += group.bytes * Math.max(0, left - 1);
    }
  }
  return bytes;
}

function compressedBytes(plan: Plan, content: number, removedFrames: number): number | null {
  const { gzipRatio, mergedEntries, overheadBytes, ratioFrom } = plan.figures;
  const { compression } = plan.settings;
  const headers = Math.max(0, (overheadBytes ?? mergedEntries * bytesPerEntry) - removedFrames);
  if (compression.kind === "none") return content + headers;
  if (gzipRatio === null) return null;
  const grouped = isOn(plan, "order") && plan.settings.order === "compress";
  const factor = compressionFactor(compression);
  // A sample includes headers, and is ordered by similarity.
  if (ratioFrom === "sample") return Math.round((content + headers) * Math.min(1.001, gzipRatio * factor * (grouped ? 1 : 1 / grouping)));
  return Math.round(content * Math.min(1.001, gzipRatio * factor * (grouped ? grouping : 1)) + headers * headerRatio);
}

/** Grouping similar files saves between nothing and 3.7 % with gzip, depending on how many small files are alike. */
const grouping = 0.985;

function newLayersOf(plan: Plan): number {
  if (isOn(plan, "split")) return plan.figures.splitLayers;
  return isOn(plan, "merge") ? 1 : plan.image.layers - plan.keepLayers;
}

/**
 * Size relative to GNU gzip -6: zstd measured on a gigabyte of Debian with compilers, Python and Node; gzip on programs, modules, headers.
 */
export function compressionFactor({ kind, level }: Compression): number {
  return kind === "none" ? 1 : factors[kind].find(([least]) => level >= least)![1];
}

/** By the lowest level each applies to. */
const factors: Readonly<Record<"gzip" | "zstd", readonly (readonly [level: number, factor: number])[]>> = {
  gzip: [
    [8, 0.975],
    [6, 0.985],
    [4, 0.995],
    [-Infinity, 1.04],
  ],
  zstd: [
    [19, 0.7],
    [9, 0.79],
    [5, 0.85],
    [-Infinity, 0.91],
  ],
};
