/** What a tree shows at a path, seen from one layer and after the changes that a plan asks for. */
import type { FileNode, FileTree, Inode } from "../../filesystem/file-tree.ts";
import { EntryType } from "../../tar/entry.ts";
import { isOverlayDevice } from "./entry-state.ts";

/** The inode at a node, null when there is none. Whoever walks does not go below a node that is null. */
export type View = (node: FileNode) => Inode | null;

/** Changes to the merged tree that a plan asks for. */
export interface TreeEdits {
  /** These and all below them go. */
  readonly removed: ReadonlySet<FileNode>;
  /** Files that become another name of an identical one. */
  readonly linked: ReadonlyMap<Inode, Inode>;
  /** Nodes that get the base's inode back: same content, only the time had changed. */
  readonly restored: ReadonlyMap<FileNode, Inode>;
}

export const noEdits: TreeEdits = { removed: new Set(), linked: new Map(), restored: new Map() };

/** The tree as the layers up to and including `layer` show it. */
export function viewAt(layer: number): View {
  return (node) => node.at(layer)?.inode ?? null;
}

/** The same after edits. Overlay's device 0:0 is never shown: it cannot be written, and engines disagree what it means. */
export function editedView(tree: FileTree, layer: number, edits: TreeEdits): View {
  return (node) => {
    if (edits.removed.has(node)) return null;
    const inode = node.at(layer)?.inode ?? null;
    if (inode === null || isOverlayDevice(tree, inode)) return null;
    return edits.restored.get(node) ?? edits.linked.get(inode) ?? inode;
  };
}

/** Every node below `node` that the view shows, parents first, in no order among siblings. */
export function walkView(node: FileNode, view: View, visit: (node: FileNode, inode: Inode) => void): void {
  if (node.children === null) return;
  for (const child of node.children.values()) {
    const inode = view(child);
    if (inode === null) continue;
    visit(child, inode);
    if (inode.type === EntryType.directory) walkView(child, view, visit);
  }
}

/** All names of each inode but directories. */
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
