/** What a text calls by less than its path, once the text is known to name the folder. */
import type { FileNode } from "../../../filesystem/file-tree.ts";
import { unitOf } from "../stores.ts";
import { simpleGlob } from "./mentions.ts";
import type { Store } from "../stores.ts";

/** Endings that languages omit when they load a file. */
const suffix = /\.(?:sh|bash|py|rb|pl|pm|js|mjs|cjs|ts|jar|php|inc|lua|tcl|class|so|node|json|pyc|beam|jl|R|el|vim|psm1|ps1)$/;
const library = /\.so(?:\.|$)/;

/** Adds the store's own children whose names are words of the text. */
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
    // `*.jar`, but not the `*` of arithmetic.
    if (!/[*?]/.test(word) || !/\w{2}/.test(word)) continue;
    const glob = simpleGlob(word);
    for (const [name, named] of children) if (glob.test(name)) for (const child of named) nodes.add(child);
  }
}

/** Adds what a language can load from a folder that it searches. */
export function addModules(nodes: Set<FileNode>, folder: FileNode): void {
  for (const child of folder.children?.values() ?? [])
    if (child.children !== null || (child.inode !== null && suffix.test(child.name))) nodes.add(child);
}

/** Up to this many names are searched for one by one. */
const mostNames = 64;

/** Adds the folder's children whose names occur in compiled code, where strings may follow each other without a gap. */
export function addNamesIn(nodes: Set<FileNode>, folder: FileNode, text: string): void {
  const children = [...(folder.children?.values() ?? [])].filter(({ inode, name }) => inode !== null && name.length > 2);
  if (children.length > mostNames) {
    const words = new Set(text.match(/[\w.@+~%-]{3,255}/g) ?? []);
    for (const child of children) if (words.has(child.name)) nodes.add(child);
    return;
  }
  for (const child of children) if (standsIn(text, child.name)) nodes.add(child);
}

/** A name that cannot be an ordinary word counts anywhere, others only on their own. */
function standsIn(text: string, name: string): boolean {
  const isUnlikely = name.length > 5 && /[^a-z]/i.test(name);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (isUnlikely || !(/[\w.-]/.test(text[at - 1] ?? "") || /[\w.-]/.test(text[at + name.length] ?? ""))) return true;
  }
  return false;
}

/** Adds paths relative to a store that the text names elsewhere: at least a folder and something in it. */
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

/** Libraries in the folder that a program's text names. */
export function* librariesNamed(folder: FileNode, text: string): Generator<FileNode> {
  for (const child of folder.children?.values() ?? []) {
    if (child.inode !== null && library.test(child.name) && text.includes(child.name)) yield child;
  }
}

export function childrenNamed(folder: FileNode, name: RegExp): FileNode[] {
  return [...(folder.children?.values() ?? [])].filter((child) => child.inode !== null && name.test(child.name));
}
