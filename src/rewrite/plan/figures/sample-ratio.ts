/**
 * How well the new layer compresses, from a sample of the archive that would be written: headers and content in that order. The ratio of
 * the old layers says little once half of their content is gone, and nothing about the headers between small files.
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { FileTree } from "../../../filesystem/file-tree.ts";
import type { Image } from "../../../image/image.ts";
import { readEntries } from "../../../scan/content/content.ts";
import { EntryType } from "../../../tar/entry.ts";
import { encodeEntryHeader, padding } from "../../../tar/writer.ts";
import type { LayerEntry } from "../../layers/delta.ts";
import { writtenEntry } from "../../layers/entry-state.ts";
import { orderEntries } from "../../layers/layer-order.ts";

const windows = 160;
const windowBytes = 128 * 1024;
/** Corrects for the start of each piece, which a compressor cannot match against what precedes it in the archive. */
const edgeLoss = 0.97;
/** Bytes of a header without extended records. */
const headerBytes = 512;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Index in the sample. */
  readonly at: number;
}

/**
 * Compressed ÷ archive bytes with gzip, from at most 20 MB of the entries' archive. Only samples layers in local files; null if there are
 * none. Compressed layers are unpacked once, in passing.
 */
export async function sampleGzipRatio(image: Image, tree: FileTree, entries: readonly LayerEntry[]): Promise<number | null> {
  const local = entries.filter((entry) => entry.kind === "node" && isLocal(image, entry));
  const { pieces, wanted, isWhole } = chooseWindows(tree, orderEntries(local, "compress"));
  for (const [layer, files] of wanted) {
    await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...files.keys()], async (entry, content) => {
      const left = files.get(entry)!;
      const last = left.at(-1)!.end;
      let position = 0;
      for await (const chunk of content) {
        for (const { start, end, at } of left) {
          const from = Math.max(start, position);
          const to = Math.min(end, position + chunk.length);
          // Copied, since a source may reuse its buffer.
          if (from < to) pieces[at] = Buffer.concat([pieces[at] ?? Buffer.alloc(0), chunk.subarray(from - position, to - position)]);
        }
        position += chunk.length;
        if (position >= last) break;
      }
    });
  }
  const sample = Buffer.concat(pieces.filter((piece) => piece !== undefined));
  if (sample.length === 0) return null;
  const ratio = (await promisify(gzip)(sample, { level: 6 })).length / sample.length;
  return isWhole ? ratio : ratio * (edgeLoss + (1 - edgeLoss) * ratio);
}

function isLocal(image: Image, { inode }: Extract<LayerEntry, { kind: "node" }>): boolean {
  return inode.type !== EntryType.file || inode.bytes === 0 || image.layers[inode.layer]!.file !== null;
}

interface Sample {
  /** Headers and padding; undefined where content is to be filled in. */
  readonly pieces: (Buffer | undefined)[];
  /** By layer and entry. */
  readonly wanted: ReadonlyMap<number, ReadonlyMap<number, readonly Piece[]>>;
  /** True when the sample is the whole archive. */
  readonly isWhole: boolean;
}

/** Spaces windows evenly over the archive, regardless of file boundaries, so that small and large files count by their share of it. */
function chooseWindows(tree: FileTree, entries: readonly LayerEntry[]): Sample {
  const nodes = entries.filter((entry) => entry.kind === "node");
  const sizeOf = ({ inode }: (typeof nodes)[number]): number => (inode.type === EntryType.file ? inode.bytes : 0);
  const total = nodes.reduce((sum, entry) => sum + headerBytes + sizeOf(entry) + padding(sizeOf(entry)).length, 0);
  const stride = Math.max(Math.ceil(total / windows), windowBytes);
  const pieces: (Buffer | undefined)[] = [];
  const wanted = new Map<number, Map<number, Piece[]>>();
  let position = 0;
  for (const entry of nodes) {
    const { inode } = entry;
    const bytes = sizeOf(entry);
    if (position % stride < windowBytes)
      pieces.push(encodeEntryHeader(writtenEntry(tree, inode, entry.path === "" ? "./" : entry.path, null)));
    position += headerBytes;
    for (let window = Math.floor(position / stride) * stride; window < position + bytes; window += stride) {
      const start = Math.max(window, position) - position;
      const end = Math.min(window + windowBytes, position + bytes) - position;
      if (start >= end) continue;
      const files = wanted.get(inode.layer) ?? new Map<number, Piece[]>();
      const own = files.get(inode.entry) ?? [];
      own.push({ start, end, at: pieces.push(undefined) - 1 });
      wanted.set(inode.layer, files.set(inode.entry, own));
    }
    const fill = padding(bytes);
    if (fill.length > 0 && (position + bytes) % stride < windowBytes) pieces.push(fill);
    position += bytes + fill.length;
  }
  return { pieces, wanted, isWhole: stride === windowBytes };
}
