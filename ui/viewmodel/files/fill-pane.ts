/** Which directories to open so that a pane is full of what matters: the largest ones, or in a layer's view those it changed. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import type { OpenedAs } from "./expansion.ts";
import type { Visibility } from "./visibility.ts";

/** Names looked at; beyond them the pane is left as it is rather than let a key press wait. */
const mostVisited = 20_000;
/** A directory larger than the pane is opened after all when at least this part of the pane would stay empty. */
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
