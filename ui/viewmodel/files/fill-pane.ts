/** Chooses the directories to open so that the pane is filled with what matters: the largest ones, or those that a layer changed. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { OpenedAs } from "./expansion.ts";
import type { Visibility } from "./visibility.ts";

/** The most names visited. Beyond that the pane is left as it is, so that key presses are not delayed. */
const mostVisited = 20_000;
/** A directory larger than the pane is opened only if at least this part of the pane would otherwise stay empty. */
const emptyPart = 1 / 3;

interface Candidate {
  readonly node: FileNode;
  readonly bytes: number;
}

export function directoriesToOpen(root: FileNode, visibility: Visibility, rows: number): ReadonlyMap<FileNode, OpenedAs> {
  const opened = new Map<FileNode, OpenedAs>();
  const onlyChanged = visibility.view.base >= 0;
  let visited = 0;
  const listed = (directory: FileNode): FileNode[] => {
    visited += directory.children?.size ?? 0;
    if (visited > mostVisited) return [];
    const children = visibility.children(directory);
    return onlyChanged ? children.filter((child) => visibility.change(child) !== "unmodified") : children;
  };
  const directoriesOf = (nodes: readonly FileNode[]): Candidate[] =>
    nodes.filter((node) => node.children !== null).map((node) => ({ node, bytes: visibility.bytes(node) }));

  const top = listed(root);
  let room = rows - top.length;
  const waiting = directoriesOf(top);
  const tooLarge: Candidate[] = [];
  const take = (): Candidate | undefined => {
    let best = 0;
    for (let i = 1; i < waiting.length; i += 1) if (waiting[i]!.bytes > waiting[best]!.bytes) best = i;
    return waiting.splice(best, 1)[0];
  };
  for (let next = take(); next !== undefined && room > 0; next = take()) {
    const children = listed(next.node);
    if (children.length === 0) continue;
    if (children.length > room) {
      tooLarge.push(next);
      continue;
    }
    opened.set(next.node, onlyChanged ? "changed" : "all");
    room -= children.length;
    waiting.push(...directoriesOf(children));
  }
  const [largest] = tooLarge;
  if (largest !== undefined && room >= rows * emptyPart) opened.set(largest.node, onlyChanged ? "changed" : "all");
  return opened;
}
