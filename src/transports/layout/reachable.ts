/** Which blobs of a layout its images need. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Digest } from "../../image/digest.ts";
import { isDigest } from "../../image/digest.ts";
import { isIndexType, isManifestType } from "../../image/media-types.ts";
import { blobPath } from "../source/blob-source.ts";
import type { LayoutDescriptor } from "./layout-files.ts";

/** Everything that `manifests` lead to; what cannot be read leads nowhere. */
export async function reachableDigests(directory: string, manifests: readonly LayoutDescriptor[]): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  // These documents are not ours: a list may hold anything.
  const waiting: (Partial<LayoutDescriptor> | null | undefined)[] = [...manifests];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (!isDigest(next?.digest) || found.has(next.digest)) continue;
    found.add(next.digest);
    const { mediaType = "" } = next;
    if (!isIndexType(mediaType) && !isManifestType(mediaType)) continue;
    const { manifests: below, config, layers } = await readDocument(join(directory, blobPath(next.digest)));
    for (const list of [below, layers, [config]]) if (Array.isArray(list)) waiting.push(...(list as LayoutDescriptor[]));
  }
  return found;
}

async function readDocument(path: string): Promise<Record<string, unknown>> {
  try {
    return (JSON.parse(await readFile(path, "utf8")) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
