/** What a text calls by less than its path, once the text is known to speak of the folder. */
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { unitOf } from "../stores.ts";
import { simpleGlob } from "./mentions.ts";
import type { Store } from "../stores.ts";

/** What languages leave out where they load a file. */
const suffix = /\.(?:sh|bash|py|rb|pl|pm|js|mjs|cjs|ts|jar|php|inc|lua|tcl|class|so|node|json|pyc|beam|jl|R|el|vim|psm1|ps1)$/;

/** Names of the store's own children that stand in a text as words. */
export function addNeighbours(nodes: Set<FileNode>, store: Store, text: string, file: FileNode | null): void {
  const children = new Map<string, FileNode[]>();
  for (const child of store.root.children?.values() ?? []) {
    if (child.inode === null || child === file) continue;
    // `import helper` is helper.py.
    const stem = child.name.replace(suffix, "").split("$")[0]!;
    for (const name of new Set(stem.length > 2 ? [child.name, stem] : [child.name])) {
      const known = children.get(name);
      if (known === undefined) children.set(name, [child]);
      else known.push(child);
    }
  }
  if (children.size === 0) return;
  for (const [word] of text.matchAll(/[^\s"'`;|&<>()=,:/\\\0[\]{}$]+/g)) {
    for (const name of [word, word.split(".")[0]!]) for (const child of children.get(name) ?? []) nodes.add(child);
    // `*.jar`, but no `*` of arithmetic.
    if (!/[*?]/.test(word) || !/\w{2}/.test(word)) continue;
    const glob = simpleGlob(word);
    for (const [name, named] of children) if (glob.test(name)) for (const child of named) nodes.add(child);
  }
}

/** Paths that go on from a store which the text names elsewhere: at least a folder and something in it. */
export function addPathsBelow(nodes: Set<FileNode>, store: Store, text: string): void {
  for (const [path] of text.matchAll(/[\w.@+~%-]{1,255}(?:\/[\w.@+~%-]{1,255})+/g)) {
    let node = store.root;
    let depth = 0;
    for (const name of path.split("/")) {
      const child = node.children?.get(name);
      if (child === undefined || child.inode === null) break;
      node = child;
      depth += 1;
    }
    if (depth > 1) nodes.add(unitOf(store, node));
  }
}
