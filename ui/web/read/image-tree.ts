/** The files of the image: the live ones, and the waste. */
import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { goneKind, linkedKind } from "../../../src/report/html/path-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { ColumnReader, TextReader } from "./columns.ts";
import type { ReadPage } from "./page.ts";
import { Shape } from "./shape.ts";

export interface WasteRow {
  readonly node: number;
  readonly bytes: number;
  /** Index in `wasteCauses`. */
  readonly cause: number;
  readonly layer: number;
  readonly by: number;
}

export class ImageTree {
  readonly shape: Shape;
  /** Content bytes of the final tree at and below each node. */
  readonly live: Float64Array;
  /** Bytes stored by layers at and below each node that are not in the final tree. */
  readonly wasted: Float64Array;
  /** Regular files of the final tree at and below each node. */
  readonly files: Int32Array;
  /** The largest file at or below each node, which determines the colour of a directory. */
  readonly largest: Int32Array;
  /** -1 for nodes that are not live. */
  readonly layers: Int32Array;
  /** Index in `owners`; -1 for none. */
  readonly owners: Int32Array;
  /** Seconds since 1970. */
  readonly times: Float64Array;
  readonly metadata: ImagePage["metadata"];
  readonly waste: readonly WasteRow[];
  readonly #meta: Int32Array;
  readonly #targets = new Map<number, string>();
  readonly #firstNames = new Map<number, number>();

  constructor(page: ReadPage, data: ImagePage) {
    const { column } = page;
    this.shape = new Shape(page);
    this.metadata = data.metadata;
    const { count, kinds } = this.shape;
    this.live = new Float64Array(count);
    this.wasted = new Float64Array(count);
    this.files = new Int32Array(count);
    this.largest = Int32Array.from({ length: count }, (_, at) => at);
    this.layers = new Int32Array(count).fill(-1);
    this.owners = new Int32Array(count).fill(-1);
    this.times = new Float64Array(count);
    this.#meta = new Int32Array(count);
    const [bytes, layer, owner] = [new ColumnReader(column("bytes")), new ColumnReader(column("layer")), new ColumnReader(column("owner"))];
    const [time, meta, links] = [new ColumnReader(column("mtime")), new ColumnReader(column("meta")), new ColumnReader(column("links"))];
    const targets = new TextReader(column("targets"), column("target"));
    let lastTime = 0;
    for (let at = 0; at < count; at += 1) {
      const kind = kinds[at]!;
      if ((kind & goneKind) !== 0) continue;
      this.#meta[at] = meta.unsigned();
      this.times[at] = lastTime += time.signed();
      this.layers[at] = layer.unsigned();
      this.owners[at] = owner.unsigned() - 1;
      const type = kind & 15;
      if (type === EntryType.symlink) this.#targets.set(at, targets.text());
      if (type !== EntryType.file) continue;
      this.files[at] = 1;
      if ((kind & linkedKind) !== 0) this.#firstNames.set(at, at - links.unsigned());
      else this.live[at] = bytes.unsigned();
    }
    this.waste = this.#readWaste(column);
    this.#rollUp();
  }

  get totalBytes(): number {
    return this.stored(0);
  }

  stored(at: number): number {
    return this.live[at]! + this.wasted[at]!;
  }

  isGone(at: number): boolean {
    return (this.shape.kinds[at]! & goneKind) !== 0;
  }

  type(at: number): EntryType {
    return (this.shape.kinds[at]! & 15) as EntryType;
  }

  /** The target of a symlink. */
  target(at: number): string | null {
    return this.#targets.get(at) ?? null;
  }

  /** For a hard-linked file, the node of the first name, with which this one shares its bytes; null for the first name itself. */
  firstName(at: number): number | null {
    return this.#firstNames.get(at) ?? null;
  }

  /** Null for nodes that are gone. */
  stated(at: number): { readonly mode: number; readonly uid: number; readonly gid: number } | null {
    if (this.isGone(at)) return null;
    const [mode, uid, gid] = this.metadata[this.#meta[at]!]!;
    return { mode, uid, gid };
  }

  /** Waste stored at exactly this path, not below it. */
  wasteAt(at: number): readonly WasteRow[] {
    return this.waste.filter(({ node }) => node === at);
  }

  /** Also fills `wasted`, without rolling it up yet. */
  #readWaste(column: ReadPage["column"]): WasteRow[] {
    const readers = ["wasteNode", "wasteBytes", "wasteCause", "wasteLayer", "wasteBy"].map((name) => new ColumnReader(column(name)));
    const [nodes, bytes, causes, layers, by] = readers as [ColumnReader, ColumnReader, ColumnReader, ColumnReader, ColumnReader];
    const rows: WasteRow[] = [];
    let node = 0;
    while (!nodes.isAtEnd) {
      node += nodes.unsigned();
      const row = { node, bytes: bytes.unsigned(), cause: causes.unsigned(), layer: layers.unsigned(), by: by.unsigned() };
      this.wasted[node]! += row.bytes;
      rows.push(row);
    }
    return rows.sort((a, b) => b.bytes - a.bytes || a.node - b.node);
  }

  #rollUp(): void {
    const { parents, count } = this.shape;
    const most = new Float64Array(count);
    for (let at = count - 1; at >= 0; at -= 1) {
      // The node of a directory has no bytes of its own, except waste of a file that was there before.
      if (most[at] === 0) most[at] = this.stored(at);
      const parent = parents[at]!;
      if (parent < 0) continue;
      this.live[parent]! += this.live[at]!;
      this.wasted[parent]! += this.wasted[at]!;
      this.files[parent]! += this.files[at]!;
      if (most[at]! > most[parent]!) {
        most[parent] = most[at]!;
        this.largest[parent] = this.largest[at]!;
      }
    }
  }
}
