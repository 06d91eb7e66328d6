/** Finds nodes by path. */
import type { FileNode, FileTree } from "../../../src/filesystem/file-tree.ts";
import { pathFromText } from "../../../src/filesystem/paths.ts";

/** The node of a path as printed in reports (`/a/b`, with bytes that are not UTF-8 as `\xNN`). */
export function locate(tree: FileTree, path: string): FileNode | null {
  const direct = tree.lookup(pathFromText(path));
  if (direct !== null || !path.includes("\\x")) return direct;
  const bytes = Buffer.from(path, "utf8").toString("latin1");
  return tree.lookup(bytes.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))).replace(/^\/+/, ""));
}

export function isBelow(node: FileNode, directory: FileNode): boolean {
  for (let at: FileNode | null = node.parent; at !== null; at = at.parent) if (at === directory) return true;
  return false;
}
