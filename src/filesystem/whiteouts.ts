/** Whiteout markers (OCI image-spec, layer.md § Whiteouts): recognised by the prefix of the last path component alone, whatever its type. */

const prefix = ".wh.";
/** The prefix, in bytes. */
export const whiteoutPrefix: Uint8Array = Buffer.from(prefix);
const metadataPrefix = ".wh..wh.";
const opaqueName = ".wh..wh..opq";

export type Whiteout =
  /** An ordinary entry. */
  | { readonly kind: "none" }
  /** Removes `name` of the lower layers from the directory the marker lies in. */
  | { readonly kind: "file"; readonly name: string }
  /** Hides everything the lower layers put into the directory the marker lies in. */
  | { readonly kind: "opaque" }
  /** AUFS's own bookkeeping (`.wh..wh.aufs`, `.wh..wh.plnk`): never part of the image. */
  | { readonly kind: "metadata" }
  /** `.wh.`, `.wh..` and `.wh...` would remove the directory itself or its parent; engines refuse them. */
  | { readonly kind: "invalid" };

const none: Whiteout = { kind: "none" };
const opaque: Whiteout = { kind: "opaque" };
const metadata: Whiteout = { kind: "metadata" };
const invalid: Whiteout = { kind: "invalid" };

/** What the last path component `base` says. */
export function classifyWhiteout(base: string): Whiteout {
  if (!base.startsWith(prefix)) return none;
  if (base === opaqueName) return opaque;
  if (base.startsWith(metadataPrefix)) return metadata;
  const name = base.slice(prefix.length);
  return name === "" || name === "." || name === ".." ? invalid : { kind: "file", name };
}

/** The marker that removes a path. */
export function whiteoutPath(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return `${path.slice(0, slash)}${prefix}${path.slice(slash)}`;
}

/**
 * True for a directory whose name is that of a whiteout: no entry can state such a directory and no whiteout remove it, so it exists only
 * while something lies in it.
 */
export function isUnsayable(base: string): boolean {
  return base.startsWith(prefix);
}

/** True below AUFS's directory of hard-link targets at the root of a layer. */
export function isAufsLinkTarget(path: string): boolean {
  return path.startsWith(".wh..wh.plnk/");
}
