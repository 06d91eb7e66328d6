/** Before the first test: the program is built when its sources are newer, and a home directory stands ready for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { buildIfStale } from "../../scripts/build.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    readonly home: string;
  }
}

export function setup(project: TestProject): () => void {
  buildIfStale();
  const home = mkdtempSync(join(tmpdir(), "ballast-home-"));
  project.provide("home", home);
  return () => rmSync(home, { recursive: true, force: true });
}
