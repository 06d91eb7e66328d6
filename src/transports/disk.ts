/** What lies at a path of this machine. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";

import { nearest } from "../base/text/nearest.ts";
import type { PathProbe } from "./name.ts";

/** Names of a directory that are looked through; a suggestion is not worth more. */
const mostNames = 10_000;

export const disk: PathProbe = {
  kind: (path) => {
    const stats = path.includes("\0") ? undefined : statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    return stats.isDirectory() ? "directory" : "file";
  },
  near: (path) => {
    const names = archivesIn(dirname(path));
    const meant = nearest(basename(path), names);
    return meant === null ? null : path.slice(0, path.length - basename(path).length) + meant;
  },
};

function archivesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .slice(0, mostNames)
      .filter((name) => /\.(?:tar(?:\.\w+)?|tgz|tzst)$/i.test(name));
  } catch {
    return [];
  }
}
