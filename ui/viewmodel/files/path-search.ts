/** Matches a pattern against the whole tree, in slices, so that typing is never blocked. */
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { displayBytes } from "../../../src/filesystem/paths.ts";
import type { PathTest } from "../pattern.ts";
import type { TreeRows } from "./tree-rows.ts";
import type { Matches } from "./visibility.ts";

const sliceLength = 1000;

/** All nodes whose path matches, also deleted ones; each view shows those that it contains. */
export function* matchSteps(root: FileNode, test: PathTest): Generator<undefined, Matches, undefined> {
  const nodes = new Set<FileNode>();
  const below = new Map<FileNode, number>();
  let visited = 0;
  const stack: { readonly node: FileNode; readonly path: string }[] = [{ node: root, path: "" }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (item.node.children === null) continue;
    for (const child of item.node.children.values()) {
      const path = `${item.path}/${displayBytes(child.name)}`;
      if (test(path)) {
        nodes.add(child);
        for (let above: FileNode | null = item.node; above !== null; above = above.parent) below.set(above, (below.get(above) ?? 0) + 1);
      }
      if (child.children !== null) stack.push({ node: child, path });
      visited += 1;
      if (visited % sliceLength === 0) yield;
    }
  }
  return { nodes, below };
}

/** The visible nodes that match, in the order of the tree, including those in closed directories. */
export function* findSteps(root: FileNode, rows: TreeRows, matches: Matches): Generator<undefined, FileNode[], undefined> {
  const found: FileNode[] = [];
  let visited = 0;
  const stack: { readonly order: readonly FileNode[]; next: number }[] = [{ order: rows.childrenOf(root), next: 0 }];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!;
    const node = frame.order[frame.next];
    if (node === undefined) {
      stack.pop();
      continue;
    }
    frame.next += 1;
    if (matches.nodes.has(node)) found.push(node);
    if (matches.below.has(node)) stack.push({ order: rows.childrenOf(node), next: 0 });
    visited += 1;
    if (visited % sliceLength === 0) yield;
  }
  return found;
}
