/** Looks up paths on this machine. */
import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { BallastError, systemErrorCode } from "../base/errors.ts";
import { nearest } from "../base/text/nearest.ts";
import { readError } from "./source/blob-source.ts";
import type { PathProbe } from "./name.ts";

/** Maximum number of names searched in a directory; a suggestion is not worth more. */
const mostNames = 10_000;

export const disk: PathProbe = {
  kind: (path) => {
    if (path.includes("\0")) return null;
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats !== undefined) return stats.isDirectory() ? "directory" : "file";
    } catch (error) {
      // A path followed by a digest or a long list of tags is not the name of a file.
      if (systemErrorCode(error) === "ENAMETOOLONG") return null;
      throw readError(path, error);
    }
    const target = targetOf(path);
    if (target === null) return null;
    throw new BallastError("image-not-found", `${path} is a symbolic link to ${target}, where there is nothing`, {
      hint: "make the link anew, or give the path of what it was made for",
    });
  },
  near: (path) => {
    // The shell does not expand ~ inside quotes or after a transport.
    const fromHome = /^~[/\\](.+)$/s.exec(path)?.[1];
    if (fromHome !== undefined && existsSync(join(homedir(), fromHome))) return join(homedir(), fromHome);
    const names = archivesIn(dirname(path));
    const meant = nearest(basename(path), names);
    return meant === null ? null : path.slice(0, path.length - basename(path).length) + meant;
  },
};

/** Where a symbolic link leads; null when it is none. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function archivesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .slice(0, mostNames)
      .filter((name) => /\.(?:tar(?:\.\w+)?|tgz|tzst)$/i.test(name));
  } catch {
    return [];
  }
}
