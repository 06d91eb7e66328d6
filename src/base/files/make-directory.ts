import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { systemErrorCode } from "../errors.ts";

/**
 * Makes a directory and the missing ones above it. Node's `recursive` option never returns where the system answers ENOENT for every new
 * name, as it does in `/proc` and in a directory that has been removed.
 * @param mode of every directory that is made
 * @returns the directories that were missing, deepest first, so that the caller can remove them again
 * @throws the system's error
 */
export function makeDirectory(path: string, mode = 0o777): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return [];
  const above = dirname(path);
  const made = above === path ? [] : makeDirectory(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another run may have made it in the meantime.
    if (systemErrorCode(error) === "EEXIST") return made;
    throw error;
  }
  return [path, ...made];
}
