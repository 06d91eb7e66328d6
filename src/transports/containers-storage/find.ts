/** Finds the image of a store that a name means. */
import { BallastError } from "../../base/errors.ts";
import { isDigest } from "../../image/digest.ts";
import { familiarReference, formatReference, parseReferenceOrNull } from "../../image/reference.ts";
import type { Store, StoredImage } from "./store.ts";

export interface FoundImage {
  readonly store: Store;
  readonly image: StoredImage;
}

/**
 * By name, as podman does: `app` is `docker.io/library/app:latest` or else `localhost/app:latest`, which was built here; by digest; by ID
 * or the beginning of one. The first store that has it is used.
 * @throws {BallastError} image-not-found, ambiguous-image
 */
export function findImage(stores: readonly Store[], name: string): FoundImage {
  const all = stores.flatMap((store) => store.images.map((image) => ({ store, image })));
  const found = byId(all, /^(?:.*@)?([0-9a-f]{64})$/s.exec(name)?.[1]) ?? byDigest(all, name) ?? byName(all, name) ?? byId(all, name);
  if (found !== undefined) return found;
  const names = [...new Set(all.flatMap(({ image }) => image.names))];
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  throw new BallastError(
    "image-not-found",
    `there is no image ${name} in ${stores.map((store) => store.name).join(" and ")}; ${names.length === 0 ? "none has a name" : `there is ${names.slice(0, 10).join(", ")}${more}`}`,
    { hint: "`podman images` lists them; another store is named as containers-storage:[ROOT]NAME" },
  );
}

/** The image that a manifest of this digest belongs to. */
export function byDigest(all: readonly FoundImage[], name: string): FoundImage | undefined {
  const digest = name.slice(name.lastIndexOf("@") + 1);
  if (!isDigest(digest)) return undefined;
  return all.find(({ image }) => image.digest === digest || image.documents[`manifest-${digest}`] !== undefined);
}

function byName(all: readonly FoundImage[], name: string): FoundImage | undefined {
  for (const wanted of [name, `localhost/${name}`]) {
    const reference = parseReferenceOrNull(wanted);
    const full = reference === null ? wanted : formatReference(reference);
    const found = all.find(({ image }) => image.names.includes(full) || image.names.includes(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function byId(all: readonly FoundImage[], id: string | undefined): FoundImage | undefined {
  if (id === undefined || !/^(?:sha256:)?[0-9a-f]{3,64}$/.test(id)) return undefined;
  const found = all.filter(({ image }) => image.id.startsWith(id.replace(/^sha256:/, "")));
  const ids = new Set(found.map(({ image }) => image.id));
  if (ids.size <= 1) return found[0];
  throw new BallastError("ambiguous-image", `${ids.size} images have an ID that begins with ${id}`, {
    hint: `write more of it: ${[...ids]
      .slice(0, 3)
      .map((each) => each.slice(0, 16))
      .join(", ")}`,
  });
}

/** The short form that people write. */
export function shownName(name: string): string {
  const reference = parseReferenceOrNull(name);
  return reference === null ? name : familiarReference(reference);
}
