import { createHash } from "node:crypto";

/** Always the same length, so that a secret's own length is not given away. */
export const mask = "********";

/**
 * What of a secret may be shown: its first characters, at most four and only of secrets long enough that they say little (most tokens
 * begin with a public prefix), then a mask of fixed length.
 */
export function redactSecret(secret: string): string {
  const shown = secret.length >= 20 ? 4 : secret.length >= 12 ? 2 : 0;
  const head = secret.slice(0, shown);
  // What is not plain ASCII stays hidden: half a character would only puzzle.
  return /^[\x21-\x7e]*$/.test(head) ? head + mask : mask;
}

/** First 12 hex digits of the SHA-256 of a secret, given as a byte string: joins the places of one secret. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret, "latin1").digest("hex").slice(0, 12);
}
