/** A tree of names as the page shows them, and its columns. */
import type { EntryType } from "../../tar/entry.ts";
import { Column, Dictionary } from "./columns.ts";

/** Added to the type of a node that is not in the final tree. */
export const goneKind = 16;
/** Added to the type of a further name of a file that came earlier. */
export const linkedKind = 32;

export class PathNode<T> {
  /** Ready to show. */
  readonly name: string;
  /** Null while there are none: most nodes are files, and an array for each would take too much memory. */
  #children: PathNode<T>[] | null = null;
  /** Null where only something below is known. */
  item: T | null;
  /** Its place in the list that `nodesInOrder` made; 0 while it is in none. */
  place = 0;
  #byName: Map<string, PathNode<T>> | null = null;

  constructor(name: string, item: T | null) {
    this.name = name;
    this.item = item;
  }

  get children(): readonly PathNode<T>[] {
    return this.#children ?? [];
  }

  /** Adds a child that is known to be new. */
  add(name: string, item: T | null): PathNode<T> {
    const child = new PathNode<T>(name, item);
    (this.#children ??= []).push(child);
    this.#byName?.set(name, child);
    return child;
  }

  /** The child of that name; null when there is none. */
  find(name: string): PathNode<T> | null {
    this.#byName ??= new Map(this.children.map((child) => [child.name, child]));
    return this.#byName.get(name) ?? null;
  }

  /** The node of an absolute path below this one, made where there is none. */
  reach(path: string): PathNode<T> {
    const names = path.split("/").filter((name) => name !== "");
    return names.reduce<PathNode<T>>((node, name) => node.find(name) ?? node.add(name, null), this);
  }
}

/** Parents before their children, the root first. The rest of the page refers to a node by its place in this list. */
export function nodesInOrder<T>(root: PathNode<T>): PathNode<T>[] {
  const nodes: PathNode<T>[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    node.place = nodes.length;
    nodes.push(node);
    for (let at = node.children.length - 1; at >= 0; at -= 1) stack.push(node.children[at]!);
  }
  return nodes;
}

export type KindOf<T> = (node: PathNode<T>) => number;

/** Names, kinds and numbers of children: together with the order, these are the shape of the tree. */
export function shapeColumns<T>(
  nodes: readonly PathNode<T>[],
  kindOf: KindOf<T>,
): Record<"names" | "name" | "kind" | "children", Uint8Array> {
  const names = new Dictionary();
  const children = new Column();
  const kinds = new Uint8Array(nodes.length);
  for (const [at, node] of nodes.entries()) {
    names.add(node.name);
    children.unsigned(node.children.length);
    kinds[at] = kindOf(node);
  }
  return { names: names.texts, name: names.uses, kind: kinds, children: children.bytes };
}

export function kind(type: EntryType, more: 0 | typeof goneKind | typeof linkedKind = 0): number {
  return type + more;
}
