/** Lists what a source offers to choose from: its images, and the platforms of each. */
import { groupBy } from "../../base/group-by.ts";
import { shortDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { formatVersionedPlatform } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import { formatReference, parseReferenceOrNull } from "../../image/reference.ts";
import type { OfferedImage } from "../transport.ts";
import { mergeCandidates } from "./candidate.ts";
import type { Candidate } from "./candidate.ts";
import { byName } from "./choose.ts";
import type { Place, Selection } from "./choose.ts";

/**
 * All images of a source, including those without content, with the name that opens each. If nothing can be appended to the source's name,
 * the platforms of its image; none if it holds several images.
 * @throws {BallastError} image-not-found
 */
export function offeredImages(all: readonly Candidate[], selection: Selection, { name, prefix }: Place): OfferedImage[] {
  const images = mergeCandidates(prefix === null ? byName(all, selection, name) : all);
  const groups = [...groupBy(images.filter(isImage), ({ tags }) => [...tags].sort().join("\0")).values()];
  if (prefix === null) {
    const ofOne = groups.length === 1 ? groups[0]! : [];
    return offeredPlatforms(
      ofOne.map((image) => ({ ...image, isAbsent: isAbsent(image) })),
      null,
    );
  }
  const isNarrowed = selection.tag !== null || selection.digest !== null || selection.position !== null;
  const positions = new Map(images.map(({ digest }, index) => [digest, index]));
  const tagFor = tagFinder(all);
  return groups.flatMap((group) => {
    const isAlone = platformCheck(group);
    return group.map((image) => {
      const { platform = null, digest, tags } = image;
      const same = { platform, digest, isAbsent: isAbsent(image) };
      if (groups.length === 1 && isAlone(image)) return { ...same, name: isNarrowed ? prefix : null, title: null };
      const tag = isAlone(image) ? tagFor(group) : null;
      const title = tags.length > 0 ? tags.join(", ") : shortDigest(digest);
      return { ...same, name: `${prefix}:${tag ?? `@${positions.get(digest)!}`}`, title };
    });
  });
}

interface OfImage {
  readonly digest: string;
  readonly platform?: Platform | undefined;
  readonly isAbsent?: boolean;
}

/**
 * The platforms of one image.
 * @param nameOf names an image by its digest when its platform does not distinguish it from the others; null when it cannot be named
 */
export function offeredPlatforms(images: readonly OfImage[], nameOf: ((digest: string) => string) | null): OfferedImage[] {
  const isAlone = platformCheck(images);
  return images.flatMap((image): OfferedImage[] => {
    const { digest, platform = null } = image;
    const common = { platform, digest, isAbsent: image.isAbsent === true };
    if (nameOf !== null && !isAlone(image)) return [{ ...common, name: nameOf(digest), title: shortDigest(digest) }];
    return platform === null ? [] : [{ ...common, name: null, title: null }];
  });
}

/** Whether an image's platform distinguishes it from the others. */
function platformCheck<Some extends Pick<OfImage, "platform">>(images: readonly Some[]): (image: Some) => boolean {
  const platforms = groupBy(images, platformOf);
  return (image) => images.length === 1 || (image.platform !== undefined && platforms.get(platformOf(image))!.length === 1);
}

function platformOf({ platform }: Pick<OfImage, "platform">): string {
  return platform === undefined ? "" : formatVersionedPlatform(platform);
}

function isImage({ problem }: Candidate): boolean {
  return problem?.kind !== "artifact";
}

function isAbsent({ problem }: Candidate): boolean {
  return problem?.kind === "absent";
}

/** Finds a tag of these images and no others that can be appended to the name of a file; null when there is none. */
function tagFinder(all: readonly Candidate[]): (group: readonly Candidate[]) => string | null {
  const known = new Map<string, Set<Digest>>();
  for (const { tags, digest } of all) for (const tag of tags) known.set(written(tag), (known.get(written(tag)) ?? new Set()).add(digest));
  return (group) => {
    const own = new Set(group.map(({ digest }) => digest));
    const isTheirs = (tag: string): boolean => [...known.get(written(tag))!].every((digest) => own.has(digest));
    return group[0]!.tags.find((tag) => /^[\w.][\w./:+-]*$/.test(tag) && isTheirs(tag)) ?? null;
  };
}

/** Two spellings of one reference are the same tag. */
function written(tag: string): string {
  const reference = parseReferenceOrNull(tag);
  return reference === null ? tag : formatReference(reference);
}
