/** Turns the paths of a plan into changes of one image's tree. */
import { BallastError } from "../../base/errors.ts";
import type { FileNode, FileTree, Inode } from "../../filesystem/file-tree.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Plan } from "./plan.ts";
import { metadataDifference } from "../layers/entry-state.ts";
import type { TreeEdits } from "../layers/views.ts";

/** @throws {BallastError} bad-config when the plan names a path that the image never had, or links what differs */
export function treeEdits(plan: Plan, tree: FileTree): TreeEdits {
  const removed = new Set<FileNode>();
  const restored = new Map<FileNode, Inode>();
  const linked = new Map<Inode, Inode>();
  const find = nodeFinder(plan, tree);
  for (const step of plan.steps) {
    if (!step.enabled) continue;
    for (const { path } of step.paths) {
      const node = find(path);
      if (step.kind !== "undo-metadata") removed.add(node);
      else {
        const below = plan.keepLayers === 0 ? null : (node.at(plan.keepLayers - 1)?.inode ?? null);
        if (below === null) throw new BallastError("bad-config", `the plan takes ${path} back from the kept layers, which do not have it`);
        restored.set(node, below);
      }
    }
    if (step.kind !== "hard-link") continue;
    for (const { paths } of step.groups) {
      const nodes = paths.map(find);
      const first = nodes[0]?.inode ?? null;
      for (const { inode, path } of nodes) {
        if (inode === first || inode === null || first === null) continue;
        // Whether the content is the same is checked by verification.
        if (inode.type !== EntryType.file || metadataDifference(tree, inode, first) !== "none")
          throw new BallastError("bad-config", `the plan links ${displayPath(path)} with ${paths[0]}, which is another file`);
        linked.set(inode, first);
      }
    }
  }
  return { removed, restored, linked };
}

function nodeFinder(plan: Plan, tree: FileTree): (path: string) => FileNode {
  const wanted = new Set<string>();
  for (const step of plan.steps) {
    if (!step.enabled) continue;
    for (const { path } of step.paths) wanted.add(path);
    for (const group of step.groups) for (const path of group.paths) wanted.add(path);
  }
  const found = new Map<string, FileNode>();
  const visit = (node: FileNode, prefix: string): void => {
    for (const child of node.children?.values() ?? []) {
      const path = prefix + child.name;
      const shown = displayPath(path);
      if (wanted.has(shown)) found.set(shown, child);
      visit(child, `${path}/`);
    }
  };
  if (wanted.size > 0) visit(tree.root, "");
  return (path) => {
    const node = found.get(path);
    if (node === undefined)
      throw new BallastError("bad-config", `the plan names ${path}, which the image does not have`, {
        hint: "make a new plan with --plan",
      });
    return node;
  };
}
