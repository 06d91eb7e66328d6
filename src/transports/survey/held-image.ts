/** An image as the ledger sees it. */
import { baseBuildOf } from "../../../analyzers/ledger/base-build.ts";
import { guessBase } from "../../../analyzers/base-image.ts";
import type { HeldImage, Holding } from "../../../analyzers/ledger/holding.ts";
import type { Image } from "../../image/image.ts";
import { formatPlatform } from "../../image/platform.ts";
import { familiarReference, parseReferenceOrNull } from "../../image/reference.ts";

export function heldImageOf(image: Image): HeldImage {
  const { config, annotations, configDigest, configBytes, manifestDigest, manifestBytes } = image;
  return {
    id: manifestDigest ?? configDigest,
    configDigest,
    platform: formatPlatform(image.platform),
    created: config.created,
    layers: image.layers.map(({ digest, diffId, mediaType, storedBytes }) => ({
      digest: digest ?? diffId,
      diffId,
      mediaType,
      bytes: storedBytes ?? 0,
    })),
    documents: [
      ...(manifestDigest === null || manifestBytes === null ? [] : [{ digest: manifestDigest, bytes: manifestBytes.length }]),
      { digest: configDigest, bytes: configBytes.length },
    ],
    base: baseBuildOf({ config, annotations, guess: guessBase(image) }),
  };
}

/** Images by their tags; those without one go under `fallback`. */
export function holdingsByTag(
  images: readonly { readonly held: HeldImage; readonly tags: readonly string[] }[],
  fallback: string,
): Holding[] {
  const byTag = new Map<string, HeldImage[]>();
  for (const { held, tags } of images) {
    for (const tag of tags.length > 0 ? tags : [fallback]) byTag.set(tag, [...(byTag.get(tag) ?? []), held]);
  }
  return [...byTag].map(([name, held]) => ({ ...splitTag(name, name === fallback), images: held, other: [] }));
}

/** `app:1` is the tag 1 of app; what is not a reference is a name of its own. */
function splitTag(name: string, isPath: boolean): { readonly repository: string; readonly tag: string | null } {
  const reference = isPath ? null : parseReferenceOrNull(name);
  if (reference === null) return { repository: name, tag: null };
  return { repository: familiarReference({ ...reference, tag: null, digest: null }), tag: reference.digest ?? reference.tag };
}
