import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

/** A fresh directory that is removed when the running test ends. Call it inside a test. */
export function temporaryDirectory(): string {
  const directory = makeTemporaryDirectory();
  onTestFinished(() => removeDirectory(directory));
  return directory;
}

/** For `beforeAll`: the caller removes it with `removeDirectory`. */
export function makeTemporaryDirectory(): string {
  // Lower case alone: containers-transports(5) names with a path in them are taken for image names by buildah.
  const directory = join(tmpdir(), `ballast-test-${randomBytes(8).toString("hex")}`);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}
