/** Which blobs of a layout its images need. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Digest } from "../../image/digest.ts";
import { isDigest } from "../../image/digest.ts";
import { isIndexType, isManifestType } from "../../image/media-types.ts";
import { blobPath } from "./layout-files.ts";
import type { LayoutDescriptor } from "./layout-files.ts";

interface Document {
  readonly manifests?: readonly LayoutDescriptor[] | null;
  readonly config?: LayoutDescriptor;
  readonly layers?: readonly LayoutDescriptor[] | null;
}

/** Everything that `manifests` lead to; what cannot be read leads nowhere. */
export async function reachableDigests(directory: string, manifests: readonly LayoutDescriptor[]): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  const waiting = [...manifests];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isDigest(next.digest) || found.has(next.digest)) continue;
    found.add(next.digest);
    if (!isIndexType(next.mediaType) && !isManifestType(next.mediaType)) continue;
    const document = await readDocument(join(directory, blobPath(next.digest)));
    waiting.push(...(document.manifests ?? []), ...(document.layers ?? []));
    if (document.config !== undefined) waiting.push(document.config);
  }
  return found;
}

async function readDocument(path: string): Promise<Document> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Document;
  } catch {
    return {};
  }
}
