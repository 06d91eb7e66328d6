import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { systemErrorCode } from "../base/errors.ts";

export interface DiscoveredConfig {
  readonly kind: "ballast" | "dive";
  readonly path: string;
  /** A `.dive-ci` that lies beside and is not used. */
  readonly passedOver: string | null;
}

const ballastNames = [".ballast.yaml", ".ballast.yml"];

/** The nearest `.ballast.yaml` or `.dive-ci` from `directory` upwards, not past the root of the repository that holds it. */
export function discoverConfig(directory: string): DiscoveredConfig | null {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const dive = join(at, ".dive-ci");
    for (const name of ballastNames) {
      const path = join(at, name);
      if (isFile(path)) return { kind: "ballast", path, passedOver: isFile(dive) ? dive : null };
    }
    if (isFile(dive)) return { kind: "dive", path: dive, passedOver: null };
    // In a worktree or a submodule `.git` is a file.
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
