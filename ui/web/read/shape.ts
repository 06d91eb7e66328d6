/** A tree of paths. Nodes are indexes: the root is 0, and parents come before their children. */
import { TextReader, ColumnReader } from "./columns.ts";
import type { ReadPage } from "./page.ts";

export class Shape {
  readonly count: number;
  readonly names: readonly string[];
  readonly kinds: Uint8Array;
  readonly parents: Int32Array;
  /** One past the last node below each. */
  readonly ends: Int32Array;

  constructor({ column }: ReadPage) {
    this.kinds = column("kind");
    this.count = this.kinds.length;
    this.parents = new Int32Array(this.count);
    this.ends = new Int32Array(this.count);
    const texts = new TextReader(column("names"), column("name"));
    const children = new ColumnReader(column("children"));
    const names: string[] = [];
    const open: number[] = [];
    const left: number[] = [];
    for (let at = 0; at < this.count; at += 1) {
      names.push(texts.text());
      while (left.length > 0 && left[left.length - 1] === 0) {
        left.pop();
        this.ends[open.pop()!] = at;
      }
      if (left.length > 0) left[left.length - 1]! -= 1;
      this.parents[at] = open.length === 0 ? -1 : open[open.length - 1]!;
      open.push(at);
      left.push(children.unsigned());
    }
    for (const at of open) this.ends[at] = this.count;
    this.names = names;
  }

  childrenOf(at: number): number[] {
    const children: number[] = [];
    for (let child = at + 1; child < this.ends[at]!; child = this.ends[child]!) children.push(child);
    return children;
  }

  hasChildren(at: number): boolean {
    return this.ends[at]! > at + 1;
  }

  /** The nodes from the root to this one. */
  lineTo(at: number): number[] {
    const line: number[] = [];
    for (let node = at; node >= 0; node = this.parents[node]!) line.push(node);
    return line.reverse();
  }

  path(at: number): string {
    if (at === 0) return "/";
    return this.lineTo(at)
      .map((node) => this.names[node])
      .join("/");
  }

  /** The node of an absolute path, or of the longest part of it that exists. */
  reach(path: string): number {
    let node = 0;
    for (const name of path.split("/")) {
      if (name === "") continue;
      const next = this.childrenOf(node).find((child) => this.names[child] === name);
      if (next === undefined) return node;
      node = next;
    }
    return node;
  }
}
