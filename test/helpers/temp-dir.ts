import { mkdtempSync, rmSync } from "node:fs";
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
  return mkdtempSync(join(tmpdir(), "ballast-test-"));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}
