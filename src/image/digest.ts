import { createHash } from "node:crypto";

/** `algorithm:hex`, lower case (OCI image-spec, descriptor.md § Digests). */
export type Digest = `${"sha256" | "sha512"}:${string}`;

const pattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** True for the digests Ballast can verify: sha256 and sha512 in lower-case hex. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && pattern.test(text);
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array, algorithm: "sha256" | "sha512" = "sha256"): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/** Of documents that were hashed, or read from where they lay unchanged since they were. */
const known = new WeakMap<Uint8Array, Digest>();

/** As `digestOf`, of a document, whose bytes nobody changes: worked out once, and not at all where it is known. */
export function documentDigest(bytes: Uint8Array, algorithm: "sha256" | "sha512" = "sha256"): Digest {
  const found = known.get(bytes);
  if (found !== undefined && algorithmOf(found) === algorithm) return found;
  const digest = digestOf(bytes, algorithm);
  known.set(bytes, digest);
  return digest;
}

/** Spares `documentDigest` the work. */
export function rememberDigest(bytes: Uint8Array, digest: Digest): void {
  known.set(bytes, digest);
}

export function algorithmOf(digest: Digest): "sha256" | "sha512" {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** First 12 hex digits, as Docker prints them. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1).slice(0, 12);
}
