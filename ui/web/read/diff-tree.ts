/** The paths that differ, each as large as the larger of its two sides. */
import { aspects, pathChanges } from "../../../src/report/html/page-data.ts";
import { ColumnReader } from "./columns.ts";
import type { ReadPage } from "./page.ts";
import { Shape } from "./shape.ts";

export class DiffTree {
  readonly shape: Shape;
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** The larger side of each path, rolled up. */
  readonly touched: Float64Array;
  /** Changed paths at and below each node. */
  readonly paths: Int32Array;
  readonly largest: Int32Array;
  readonly #change: Uint8Array;
  readonly #what: Uint8Array;

  constructor(page: ReadPage) {
    this.shape = new Shape(page);
    const { count, parents } = this.shape;
    this.before = new Float64Array(count);
    this.after = new Float64Array(count);
    this.touched = new Float64Array(count);
    this.paths = new Int32Array(count);
    this.largest = Int32Array.from({ length: count }, (_, at) => at);
    this.#change = page.column("change");
    this.#what = page.column("what");
    const [before, after] = [new ColumnReader(page.column("before")), new ColumnReader(page.column("after"))];
    const most = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      this.before[at] = before.unsigned();
      this.after[at] = after.unsigned();
      this.touched[at] = most[at] = Math.max(this.before[at]!, this.after[at]!);
      this.paths[at] = this.#change[at] === 0 ? 0 : 1;
    }
    for (let at = count - 1; at > 0; at -= 1) {
      const parent = parents[at]!;
      this.before[parent]! += this.before[at]!;
      this.after[parent]! += this.after[at]!;
      this.touched[parent]! += this.touched[at]!;
      this.paths[parent]! += this.paths[at]!;
      if (most[at]! <= most[parent]!) continue;
      most[parent] = most[at]!;
      this.largest[parent] = this.largest[at]!;
    }
  }

  change(at: number): (typeof pathChanges)[number] {
    return pathChanges[this.#change[at]!]!;
  }

  what(at: number): string[] {
    return aspects.filter((_, bit) => (this.#what[at]! & (1 << bit)) !== 0);
  }

  growth(at: number): number {
    return this.after[at]! - this.before[at]!;
  }
}
