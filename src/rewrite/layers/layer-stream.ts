/** Entries and their content as the bytes of a tar archive, in equal chunks large enough for compressors. */
import type { FileTree, Inode } from "../../filesystem/file-tree.ts";
import { whiteoutEntry } from "../../filesystem/stored-entry.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../../tar/writer.ts";
import type { ContentSource } from "./content-source.ts";
import type { LayerEntry } from "./delta.ts";
import { writtenEntry } from "./entry-state.ts";

const chunkBytes = 1024 * 1024;

/**
 * The uncompressed layer, in chunks of one reused buffer: each is valid only until the next is requested.
 * `clampTime`: later modification times are set back to it (seconds since 1970).
 */
export function* layerChunks(
  tree: FileTree,
  entries: Iterable<LayerEntry>,
  content: ContentSource,
  clampTime: number | null,
): Generator<Buffer, void, undefined> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let used = 0;
  const append = function* (bytes: Buffer): Generator<Buffer, void, undefined> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(chunk, used, at);
      used += copied;
      at += copied;
      yield* full();
    }
  };
  const full = function* (): Generator<Buffer, void, undefined> {
    if (used < chunkBytes) return;
    yield chunk;
    used = 0;
  };
  const file = function* (inode: Inode): Generator<Buffer, void, undefined> {
    for (let at = 0; at < inode.bytes;) {
      const length = Math.min(chunkBytes - used, inode.bytes - at);
      content.read(inode, at, chunk.subarray(used, used + length));
      used += length;
      at += length;
      yield* full();
    }
    yield* append(padding(inode.bytes));
  };

  for (const entry of entries) {
    yield* append(encodeEntryHeader(tarEntry(tree, entry, clampTime)));
    if (entry.kind === "node" && entry.inode.type === EntryType.file) yield* file(entry.inode);
  }
  yield* append(endOfArchive);
  if (used > 0) yield chunk.subarray(0, used);
}

function tarEntry(tree: FileTree, entry: LayerEntry, clampTime: number | null): TarEntry {
  if (entry.kind === "whiteout") return whiteoutEntry(entry.path);
  const { inode, path } = entry;
  // The root has no name; engines know it as `./`.
  const written = writtenEntry(tree, inode, path === "" ? "./" : path, clampTime);
  if (entry.kind === "node") return entry.timeless === true ? { ...written, mtimeSeconds: 0, mtimeNanos: 0 } : written;
  // The link repeats all metadata: Docker applies it again, and setting only the owner would clear a file capability.
  return { ...written, type: EntryType.hardlink, typeflag: "1", link: entry.target, size: 0, storedSize: 0, devMajor: 0, devMinor: 0 };
}
