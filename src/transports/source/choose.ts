/** Picks one image of the several that a source holds, or says what there is to choose from. */
import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import {
  bestForPlatform,
  formatPlatform,
  formatVersionedPlatform,
  hostPlatform,
  listPlatforms,
  selectPlatform,
} from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import { sameReference } from "../../image/reference.ts";
import type { Warning } from "../../image/warning.ts";
import { mergeCandidates } from "./candidate.ts";
import type { Candidate } from "./candidate.ts";

/** Which image the user asked for. */
export interface Selection {
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** Position in the source, 0 first (`docker-archive:FILE:@0`). */
  readonly position: number | null;
  readonly platform: Platform | null;
}

/** What is chosen from. */
export interface Place {
  /** For messages. */
  readonly name: string;
  /** What a tag or digest is appended to: `oci:DIRECTORY`. Null when that is not possible (standard input). */
  readonly prefix: string | null;
}

export interface Choice {
  readonly candidates: readonly Candidate[];
  readonly warnings: readonly Warning[];
}

/**
 * Chooses one image. Default: the one for the host's platform, with a warning that lists the others.
 * @throws {BallastError} image-not-found, platform-not-found, ambiguous-image: all list the choices; or the reason why the image
 *   that was chosen cannot be loaded
 */
export function chooseOne(all: readonly Candidate[], selection: Selection, place: Place): Choice {
  const what = place.name;
  const choice = choose(all, selection, place);
  const { candidates, warnings } = choice;
  if (candidates.length === 1) return choice;
  const wanted = selection.platform ?? hostPlatform();
  const best = bestForPlatform(candidates, wanted);
  if (selection.platform === null && best.length === 0) {
    throw new BallastError(
      "ambiguous-image",
      `${what} has images for ${listPlatforms(candidates)}, none for this machine (${formatPlatform(wanted)})`,
      {
        hint: "choose one with --platform",
      },
    );
  }
  if (best.length > 1) throw ambiguousDigests(best, place);
  const chosen = selectPlatform(candidates, wanted, what);
  const others = listPlatforms(candidates.filter((candidate) => candidate !== chosen));
  const warning: Warning = {
    code: "platform-chosen",
    message: `${what} holds several platforms; this is ${formatPlatform(chosen.platform ?? wanted)}, beside it there is ${others} (choose with --platform)`,
  };
  return { candidates: [refuseProblem(chosen)], warnings: selection.platform === null ? [...warnings, warning] : warnings };
}

/** Every platform of one image. @throws {BallastError} as `chooseOne` */
export function chooseAll(all: readonly Candidate[], selection: Selection, place: Place): Choice {
  const { candidates, warnings } = choose(all, selection, place);
  const seen = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const platform = candidate.platform === undefined ? "" : `${formatPlatform(candidate.platform)} ${candidate.platform.osVersion ?? ""}`;
    if (seen.has(platform)) throw ambiguousDigests(candidates, place);
    seen.set(platform, candidate);
  }
  return { candidates: candidates.map(refuseProblem), warnings };
}

/** The candidates of one image, selected by name and, when one is asked for, by platform. At least one. */
function choose(all: readonly Candidate[], selection: Selection, place: Place): Choice {
  const what = place.name;
  const named = mergeCandidates(byName(all, selection, what));
  const present = named.filter(({ problem }) => problem?.kind !== "absent" && problem?.kind !== "artifact");
  const absent = named.filter(({ problem }) => problem?.kind === "absent");
  if (present.length === 0) throw (absent[0] ?? named[0]!).problem!.error;
  const wanted = selection.platform;
  if (wanted === null) {
    if (present.length > 1 && !isOneImage(present)) throw ambiguousNames(present, place);
    return { candidates: present.length === 1 ? [refuseProblem(present[0]!)] : present, warnings: absentWarnings(absent, what) };
  }
  const serving = bestForPlatform(present, wanted);
  if (serving.length === 0) {
    const [listed] = bestForPlatform(absent, wanted);
    if (listed !== undefined) throw listed.problem!.error;
    throw new BallastError("platform-not-found", `${what} has no image for ${formatPlatform(wanted)}; it has ${listPlatforms(present)}`);
  }
  if (serving.length > 1) throw isOneImage(serving) ? ambiguousDigests(serving, place) : ambiguousNames(serving, place);
  return { candidates: serving.map(refuseProblem), warnings: [] };
}

/** The candidates that the selection names, for any platform. @throws {BallastError} image-not-found, manifest-invalid (none at all) */
export function byName(all: readonly Candidate[], selection: Selection, what: string): readonly Candidate[] {
  if (all.length === 0) throw new BallastError("manifest-invalid", `${what} lists no image`);
  const { position, digest, tag } = selection;
  if (position !== null) {
    const candidate = mergeCandidates(all)[position];
    if (candidate !== undefined) return [candidate];
    throw new BallastError(
      "image-not-found",
      `${what} has no image number ${position}; ${count(mergeCandidates(all).length)} counted from 0`,
      { hint: "the first is :@0" },
    );
  }
  if (digest !== null) {
    const found = all.filter((c) => c.digest === digest || c.configDigest === digest || c.indexes.includes(digest));
    if (found.length > 0) return found;
    throw new BallastError("image-not-found", `${what} has no image with the digest ${digest}; it has ${list(all.map((c) => c.digest))}`);
  }
  if (tag !== null) {
    const exact = all.filter((c) => c.tags.some((own) => sameReference(own, tag)));
    const found = exact.length > 0 ? exact : all.filter((c) => c.tags.some((own) => own.endsWith(`:${tag}`)));
    if (found.length > 0) return found;
    const tags = all.flatMap((c) => c.tags);
    const has = tags.length === 0 ? "its images carry no tags" : `it has ${list(tags)}`;
    throw new BallastError("image-not-found", `${what} has no image tagged ${tag}; ${has}`, { hint: "name one of the tags listed" });
  }
  return all;
}

/** Several platforms under one name (or none) are one image; several names are several images. */
function isOneImage(candidates: readonly Candidate[]): boolean {
  const name = (candidate: Candidate): string => [...candidate.tags].sort().join("\0");
  return candidates.every((candidate) => name(candidate) === name(candidates[0]!));
}

function refuseProblem(candidate: Candidate): Candidate {
  if (candidate.problem !== null) throw candidate.problem.error;
  return candidate;
}

function ambiguousNames(candidates: readonly Candidate[], { name, prefix }: Place): BallastError {
  const names = candidates.map((candidate) => candidate.tags[0] ?? candidate.digest);
  const [tag] = candidates.flatMap(({ tags }) => tags);
  const example = tag === undefined ? `@${candidates[0]!.digest}` : `:${tag}`;
  return new BallastError("ambiguous-image", `${name} holds ${candidates.length} images: ${list(names)}`, {
    hint: prefix === null ? `name one of a file: FILE${example}` : `name one: ${prefix}${example}`,
  });
}

function ambiguousDigests(candidates: readonly Candidate[], { name, prefix }: Place): BallastError {
  const platforms = candidates.map(({ platform }) => (platform === undefined ? null : formatVersionedPlatform(platform)));
  if (new Set(platforms).size === candidates.length && !platforms.includes(null)) {
    const [first] = platforms;
    return new BallastError("ambiguous-image", `${name} holds images for several versions of a system: ${list(platforms as string[])}`, {
      hint: `choose one: --platform "${first!}"`,
    });
  }
  const names = candidates.map(({ digest }, index) => `${digest}${platforms[index] === null ? "" : ` (${platforms[index]!})`}`);
  const message = `${name} holds ${candidates.length} images that neither name nor platform tells apart: ${list(names)}`;
  return new BallastError("ambiguous-image", message, { hint: `choose one by its digest: ${prefix ?? "FILE"}@${candidates[0]!.digest}` });
}

function absentWarnings(absent: readonly Candidate[], what: string): Warning[] {
  if (absent.length === 0) return [];
  return [{ code: "platform-absent", message: `${what} lists ${listPlatforms(absent)} without the content; it was saved without` }];
}

function count(images: number): string {
  return images === 1 ? "it has one," : `it has ${images},`;
}

/** At most ten, each once. */
function list(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - 10;
  return more > 0 ? `${unique.slice(0, 10).join(", ")} and ${more} more` : unique.join(", ");
}
