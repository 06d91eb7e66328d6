/** Globs of paths as a container sees them: `/bin/nc` is there where `/bin` is a link to `usr/bin`, which has `nc`. */
import { parseGlob } from "../../base/text/glob.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";

export interface PathGlob {
  /** As typed. */
  readonly text: string;
  /** `path`: a live one, which is a byte string without leading slash. */
  matches(path: string): boolean;
}

/** Directories that a glob states, each with its slash; what follows them may be anything. */
const statedDirectories = /^\/(?:[^/*?[\]{}\\]+\/)+(?!$)/;

/** A glob whose stated directories lead through links matches what lies at their end as well. */
export function pathGlob(text: string, tree: FileTree): PathGlob {
  const glob = parseGlob(text);
  const stated = statedDirectories.exec(text)?.[0];
  if (stated === undefined) return glob;
  const typed = Buffer.from(stated, "utf8").toString("latin1").slice(1);
  const real = resolvePath(tree, typed);
  if (real === null || `${real.path}/` === typed) return glob;
  const rest = parseGlob(text.slice(stated.length - 1));
  const directory = real.path === "" ? "" : `${real.path}/`;
  return {
    text,
    matches: (path) => glob.matches(path) || (path.startsWith(directory) && rest.matches(path.slice(directory.length))),
  };
}
