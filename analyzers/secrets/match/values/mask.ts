import { createHash } from "node:crypto";

/** Of fixed length, so that it does not reveal the length of the secret. */
export const mask = "********";

/**
 * The part of a secret that may be shown: its first characters, at most four and only of long secrets, where they reveal little (most
 * tokens begin with a public prefix), then a mask of fixed length.
 */
export function redactSecret(secret: string): string {
  const shown = secret.length >= 20 ? 4 : secret.length >= 12 ? 2 : 0;
  const head = secret.slice(0, shown);
  // Anything but plain ASCII stays hidden, because half a character would be confusing.
  return /^[\x21-\x7e]*$/.test(head) ? head + mask : mask;
}

/** First 12 hex digits of the SHA-256 of a secret, given as a byte string. Identifies equal secrets. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret, "latin1").digest("hex").slice(0, 12);
}
