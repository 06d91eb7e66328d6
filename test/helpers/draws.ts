/**
 * Chance in tests: fast-check, and bytes that no compressor makes smaller. Every run draws the same, so that no change fails by a draw that
 * is not its own; BALLAST_SEED=random, or another number, draws anew (vitest.config.ts).
 */
import { createCipheriv, createHash } from "node:crypto";

import { configureGlobal } from "fast-check";

export * from "fast-check";

/** What everything that is drawn comes from. */
export const drawSeed: number = Number(process.env["BALLAST_SEED"] ?? 1);
configureGlobal({ seed: drawSeed });

/** The same for the same name and seed. */
export function noise(name: string, bytes: number): Buffer {
  const key = createHash("sha256").update(`${drawSeed} ${name}`).digest().subarray(0, 16);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
