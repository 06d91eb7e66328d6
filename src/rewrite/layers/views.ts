/** What a tree shows at a path, as of one layer and after the edits of a plan. */
import type { FileNode, FileTree, Inode } from "../../filesystem/file-tree.ts";
import { EntryType } from "../../tar/entry.ts";
import { isOverlayDevice } from "./entry-state.ts";

/** The inode at a node, null when there is none. Walks do not descend below such a node. */
export type View = (node: FileNode) => Inode | null;

/** Changes to the merged tree that a plan makes. */
export interface TreeEdits {
  /** Removed, with everything below them. */
  readonly removed: ReadonlySet<FileNode>;
  /** Files that become another name of an identical one. */
  readonly linked: ReadonlyMap<Inode, Inode>;
  /** Nodes that get the kept layers' inode back: same content, only the time had changed. */
  readonly restored: ReadonlyMap<FileNode, Inode>;
}

export const noEdits: TreeEdits = { removed: new Set(), linked: new Map(), restored: new Map() };

/** The tree as the layers up to and including `layer` show it. */
export function viewAt(layer: number): View {
  return (node) => node.at(layer)?.inode ?? null;
}

/** The same after edits. Overlay's device 0:0 is never shown: it cannot be written, and engines disagree about its meaning. */
export function editedView(tree: FileTree, layer: number, edits: TreeEdits): View {
  return (node) => {
    if (edits.removed.has(node)) return null;
    const inode = node.at(layer)?.inode ?? null;
    if (inode === null || isOverlayDevice(tree, inode)) return null;
    return edits.restored.get(node) ?? edits.linked.get(inode) ?? inode;
  };
}

/** Visits every node below `node` that the view shows, parents first, siblings in no particular order. */
export function walkView(node: FileNode, view: View, visit: (node: FileNode, inode: Inode) => void): void {
  if (node.children === null) return;
  for (const child of node.children.values()) {
    const inode = view(child);
    if (inode === null) continue;
    visit(child, inode);
    if (inode.type === EntryType.directory) walkView(child, view, visit);
  }
}

/** All names of each inode, without directories. */
export function namesOfInodes(root: FileNode, view: View): Map<Inode, FileNode[]> {
  const names = new Map<Inode, FileNode[]>();
  walkView(root, view, (node, inode) => {
    if (inode.type === EntryType.directory) return;
    const group = names.get(inode);
    if (group === undefined) names.set(inode, [node]);
    else group.push(node);
  });
  return names;
}
