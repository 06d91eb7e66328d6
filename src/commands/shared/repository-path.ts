/** Where a file stands in its repository: hosts of code look there for what a report locates, wherever the report was made. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** With `/` between its parts. Null for a file that lies in no work tree of git. @param file from the working directory, or absolute */
export function repositoryPath(file: string): string | null {
  const path = resolve(file);
  for (let root = dirname(path); ; root = dirname(root)) {
    // A file in a work tree of its own, a directory elsewhere.
    if (existsSync(join(root, ".git"))) return pathBelow(root, path);
    if (dirname(root) === root) return null;
  }
}

/** Null where the path does not lie there. With `/` between its parts. */
export function pathBelow(directory: string, path: string): string | null {
  const inside = relative(directory, path);
  return /^\.\.(?:[/\\]|$)/.test(inside) || isAbsolute(inside) ? null : inside.replaceAll("\\", "/");
}
