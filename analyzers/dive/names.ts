import type { NameColumns } from "../../src/filesystem/columns/name-columns.ts";

export const whiteoutPrefix = ".wh.";
/** dive drops names with this prefix anywhere in a path: opaque markers and AUFS's own files. */
export const droppedPrefix = ".wh..wh..";

const whiteoutBytes = Buffer.from(whiteoutPrefix);

export function isWhiteout(names: NameColumns, node: number): boolean {
  return names.startsWith(node, whiteoutBytes);
}

/** The name that a whiteout with this name removes. */
export function subjectName(whiteout: string): string {
  return whiteout.slice(whiteoutPrefix.length);
}

const unclean = /\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/;

/** Go's path.Clean, without the leading slash of rooted paths; "." and "/" become "". Unlike `cleanPath`, a relative path keeps leading `..`. */
export function goCleanPath(stored: string): string {
  const rooted = stored.startsWith("/");
  const path = rooted ? stored.slice(1) : stored;
  if (!unclean.test(stored)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  return parts.join("/");
}
