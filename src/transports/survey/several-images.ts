/** Surveys each image of what holds several: archives, layouts, indexes. */
import { BallastError } from "../../base/errors.ts";
import { bestForPlatform } from "../../image/platform.ts";
import type { Image } from "../../image/image.ts";
import type { LocalContent } from "../local.ts";
import { mergeCandidates } from "../source/candidate.ts";
import type { Candidate } from "../source/candidate.ts";
import type { OpenOptions } from "../transport.ts";
import { heldImageOf, holdingsByTag } from "./held-image.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { ImageOpener, Reading } from "./place.ts";

export interface SeveralImages {
  /** A path, or the name that leads to all of them. */
  readonly name: string;
  /** @throws {BallastError} */
  open(): Promise<LocalContent>;
  /** Opens one of them again, by its position among the images. @throws {BallastError} */
  reopen(position: number, title: string): Promise<Image>;
}

/** @throws {BallastError} when nothing of it can be read */
export async function readSeveral(several: SeveralImages, options: OpenOptions): Promise<Reading> {
  const { name } = several;
  const { source, content } = await several.open();
  try {
    const images: { held: ReturnType<typeof heldImageOf>; tags: readonly string[] }[] = [];
    const openers = new Map<string, ImageOpener>();
    const unreadable: Unreadable[] = [];
    let artifacts = 0;
    const candidates = mergeCandidates(content.candidates);
    for (const candidate of wanted(candidates, options)) {
      const { tags, problem } = candidate;
      const title = tags[0] ?? (candidates.length > 1 ? `${name}@${candidate.digest}` : name);
      // Platforms that an index lists but that were never fetched cannot be read.
      if (problem?.kind === "absent") continue;
      if (problem?.kind === "artifact") artifacts += 1;
      else if (problem !== null) unreadable.push({ name: title, reason: problem.error.message });
      else {
        const loaded = await loadOne(candidate, title, content.transport);
        if ("reason" in loaded) unreadable.push(loaded);
        else {
          const held = heldImageOf(loaded);
          images.push({ held, tags });
          const position = candidates.indexOf(candidate);
          openers.set(held.id, { open: () => several.reopen(position, title), address: null });
        }
      }
    }
    const [first] = candidates;
    // A name without any content is reported instead of being dropped.
    if (images.length + unreadable.length + artifacts === 0 && first?.problem?.kind === "absent")
      unreadable.push({ name: first.tags[0] ?? name, reason: first.problem.error.message });
    return { holdings: holdingsByTag(images, name), openers, unreadable, artifacts };
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
