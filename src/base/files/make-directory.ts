import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { systemErrorCode } from "../errors.ts";

/**
 * Makes a directory and those above it that are missing. Node's own way of doing so never ends where a system says of each new name that
 * its directory does not exist, as `/proc` does and a directory that was removed.
 * @param mode of every directory that is made
 * @returns those that were missing, the deepest first, for who takes them away again
 * @throws the system's error
 */
export function makeDirectory(path: string, mode = 0o777): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return [];
  const above = dirname(path);
  const made = above === path ? [] : makeDirectory(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another run may have been quicker.
    if (systemErrorCode(error) === "EEXIST") return made;
    throw error;
  }
  return [path, ...made];
}
