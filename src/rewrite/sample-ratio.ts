/** How well an image compresses, from a sample of its files: for images whose layers lie uncompressed in the source. */
import { gzip } from "node:zlib";
import { promisify } from "node:util";

import type { FileTree, Inode } from "../filesystem/file-tree.ts";
import type { Image } from "../image/image.ts";
import { isPlainTar } from "../scan/content.ts";
import { EntryType } from "../tar/entry.ts";
import { ContentSource } from "./content-source.ts";
import { viewAt, walkView } from "./views.ts";

const samples = 48;
const sampleBytes = 128 * 1024;

/** Compressed ÷ uncompressed with gzip; null when there is nothing to sample, or reading would mean unpacking whole layers. */
export async function sampleGzipRatio(image: Image, tree: FileTree): Promise<number | null> {
  const plain = new Set<number>();
  for (const layer of image.layers) if (layer.file !== null && (await isPlainTar(layer))) plain.add(layer.index);
  const files: Inode[] = [];
  walkView(tree.root, viewAt(tree.catalogs.length - 1), (_, inode) => {
    if (inode.type === EntryType.file && inode.bytes > 0 && plain.has(inode.layer)) files.push(inode);
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0) return null;
  const content = await ContentSource.open(image, tree, files);
  try {
    const pieces: Buffer[] = [];
    // Evenly spaced over the bytes, so that large files weigh what they weigh.
    let next = 0;
    let position = 0;
    for (const inode of files) {
      while (next < position + inode.bytes && pieces.length < samples) {
        const start = Math.max(0, next - position);
        const piece = Buffer.alloc(Math.min(sampleBytes, inode.bytes - start));
        content.read(inode, start, piece);
        pieces.push(piece);
        next += Math.max(Math.ceil(total / samples), sampleBytes);
      }
      position += inode.bytes;
    }
    const sample = Buffer.concat(pieces);
    return (await promisify(gzip)(sample, { level: 6 })).length / sample.length;
  } finally {
    await content.close();
  }
}
