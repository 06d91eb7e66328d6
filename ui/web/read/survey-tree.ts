/** Registries, repositories and images, each with the bytes that only it stores and its share of what it has in common with others. */
import { ColumnReader } from "./columns.ts";
import type { ReadPage } from "./page.ts";
import { Shape } from "./shape.ts";

export class SurveyTree {
  readonly shape: Shape;
  readonly bytes: Float64Array;
  /** The part of `bytes` in layers that others have too. */
  readonly shared: Float64Array;
  /** Index in the page's images; -1 for nodes with several images. */
  readonly images: Int32Array;
  /** Images at and below each node. */
  readonly counts: Int32Array;

  constructor(page: ReadPage) {
    this.shape = new Shape(page);
    const { count, parents } = this.shape;
    this.bytes = new Float64Array(count);
    this.shared = new Float64Array(count);
    this.images = new Int32Array(count).fill(-1);
    this.counts = new Int32Array(count);
    const isShared = page.column("shared");
    const [bytes, image] = [new ColumnReader(page.column("bytes")), new ColumnReader(page.column("image"))];
    for (let at = 0; at < count; at += 1) {
      this.bytes[at] = bytes.unsigned();
      this.images[at] = image.unsigned() - 1;
      if (isShared[at] === 1) this.shared[at] = this.bytes[at]!;
    }
    for (let at = count - 1; at > 0; at -= 1) {
      const parent = parents[at]!;
      this.bytes[parent]! += this.bytes[at]!;
      this.shared[parent]! += this.shared[at]!;
      if (!this.shape.hasChildren(at)) {
        // The parent of an image's layers is that image.
        this.images[parent] = this.images[at]!;
        this.counts[parent] = 1;
      } else this.counts[parent]! += this.counts[at]!;
    }
  }
}
