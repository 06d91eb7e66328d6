/** Globs over paths as a container sees them: `/bin/nc` exists where `/bin` is a link to `usr/bin` and that has `nc`. */
import { parseGlob } from "../../base/text/glob.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { resolvePath } from "../../filesystem/resolve-path.ts";

export interface PathGlob {
  /** As typed. */
  readonly text: string;
  /** @param path of a live node: a byte string without leading slash */
  matches(path: string): boolean;
}

/** The literal directories that a glob begins with, each with its slash. */
const statedDirectories = /^\/(?:[^/*?[\]{}\\]+\/)+(?!$)/;

/** If the literal directories of a glob lead through links, it also matches the paths at the links' end. */
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
