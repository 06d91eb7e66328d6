/**
 * How well the new layer compresses, from a sample of the very archive that would be written: headers and content in the order of writing. What
 * the old layers compressed to says little once half of them goes, and nothing of how many headers lie between small files.
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
/** What a piece compresses to beside what it would among its neighbours, whose repetitions a compressor remembers. */
const edgeLoss = 0.97;
/** Bytes of a header without extended records. */
const headerBytes = 512;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Place in the sample. */
  readonly at: number;
}

/**
 * Compressed ÷ archive bytes with gzip of at most 20 MB of the entries' archive, of layers that lie in local files; null when there are none.
 * Compressed layers are unpacked once, without keeping anything.
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
          // Copied: a source may use its buffer again.
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
  /** Headers and padding are there; content is filled in. */
  readonly pieces: (Buffer | undefined)[];
  /** By layer and entry. */
  readonly wanted: ReadonlyMap<number, ReadonlyMap<number, readonly Piece[]>>;
  /** True when nothing was left out. */
  readonly isWhole: boolean;
}

/** Windows lie evenly over the whole archive, across the borders of files, so that small files and large ones weigh what they weigh. */
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
