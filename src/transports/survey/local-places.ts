/** Archives and layouts below a directory. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError } from "../../base/errors.ts";
import { openContent, openLocal } from "../local.ts";
import type { LocalName } from "../name.ts";
import { readError } from "../source/blob-source.ts";
import { mergeCandidates } from "../source/candidate.ts";
import type { Candidate } from "../source/candidate.ts";
import type { OpenOptions } from "../transport.ts";
import { bestForPlatform } from "../../image/platform.ts";
import type { Image } from "../../image/image.ts";
import { heldImageOf, holdingsByTag } from "./held-image.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { ImageOpener, Place, Reading } from "./place.ts";

const archive = /\.(?:tar|tar\.gz|tgz|tar\.zst|tar\.zstd|tzst|oci)$/i;

/** Everything at or below `path`; links to directories are not followed. @throws {BallastError} read-failed, image-not-found */
export async function* localPlaces(path: string, options: OpenOptions): AsyncGenerator<Place> {
  const info = await stat(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  if (!info.isDirectory()) {
    yield localPlace(path, null, options);
    return;
  }
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw readError(path, error);
  });
  if (entries.some(({ name }) => name === "oci-layout" || name === "index.json")) {
    yield localPlace(path, "oci", options);
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) yield* localPlaces(below, options);
    else if (archive.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) yield localPlace(below, null, options);
  }
}

function localPlace(path: string, transport: LocalName["transport"], options: OpenOptions): Place {
  const name: LocalName = { kind: "local", transport, path, tag: null, digest: null, position: null };
  return { name: path, repository: path, tag: null, read: () => readLocal(name, options) };
}

async function readLocal(name: LocalName, options: OpenOptions): Promise<Reading> {
  const { source, content } = await openContent(name, options);
  try {
    const images: { held: ReturnType<typeof heldImageOf>; tags: readonly string[] }[] = [];
    const openers = new Map<string, ImageOpener>();
    const unreadable: Unreadable[] = [];
    let artifacts = 0;
    const candidates = mergeCandidates(content.candidates);
    for (const candidate of wanted(candidates, options)) {
      const { tags, problem } = candidate;
      const title = tags[0] ?? (candidates.length > 1 ? `${name.path}@${candidate.digest}` : name.path);
      // Platforms that an index lists and that were never fetched are not there to be read.
      if (problem?.kind === "absent") continue;
      if (problem?.kind === "artifact") artifacts += 1;
      else if (problem !== null) unreadable.push({ name: title, reason: problem.error.message });
      else {
        const loaded = await loadOne(candidate, title, content.transport);
        if ("reason" in loaded) unreadable.push(loaded);
        else {
          images.push({ held: heldImageOf(loaded), tags });
          const position = candidates.indexOf(candidate);
          openers.set(heldImageOf(loaded).id, {
            open: async () => (await openLocal({ ...name, position }, title, { ...options, platform: null })).images[0]!,
            address: null,
          });
        }
      }
    }
    return { holdings: holdingsByTag(images, name.path), openers, unreadable, artifacts };
  } finally {
    await source.close();
  }
}

function wanted(candidates: readonly Candidate[], { platform }: OpenOptions): readonly Candidate[] {
  if (platform === null) return candidates;
  return candidates.filter((candidate) => candidate.platform !== undefined && bestForPlatform([candidate], platform).length > 0);
}

async function loadOne(candidate: Candidate, reference: string, transport: Image["transport"]): Promise<Image | Unreadable> {
  try {
    return await candidate.load({ reference, transport, tags: candidate.tags, warnings: [], close: async () => {} });
  } catch (error) {
    if (error instanceof BallastError) return { name: reference, reason: error.message };
    throw error;
  }
}
