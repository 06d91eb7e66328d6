import { liveNodes } from "../filesystem/live-files.ts";
import type { LiveNode } from "../filesystem/live-files.ts";
import type { FileNode, FileTree, Inode } from "../filesystem/file-tree.ts";
import { storedEntry } from "../filesystem/stored-entry.ts";
import type { Image } from "../image/image.ts";
import { readEntries } from "../scan/content/content.ts";
import { EntryType } from "../tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../tar/writer.ts";
import type { WritableEntry } from "../tar/writer.ts";
import { streamOf } from "./stream-of.ts";
import type { Emit } from "./stream-of.ts";

/**
 * The live files at and below `from` as a tar: layer by layer in stored order, so that each layer is read once. Directories come last,
 * the deepest first, because extracting into a directory changes its time. The first name of a hard-linked file carries its content.
 */
export function treeArchive(image: Image, tree: FileTree, from: FileNode): AsyncGenerator<Buffer> {
  return streamOf(async (emit) => {
    const byLayer = new Map<number, LiveNode[]>();
    const names = new Map<Inode, string[]>();
    const directories: LiveNode[] = [];
    for (const node of liveNodes(tree, from)) {
      if (node.inode.type === EntryType.directory) {
        directories.push(node);
        continue;
      }
      const known = names.get(node.inode);
      if (known !== undefined) {
        known.push(node.path);
        continue;
      }
      names.set(node.inode, [node.path]);
      const nodes = byLayer.get(node.inode.layer);
      if (nodes === undefined) byLayer.set(node.inode.layer, [node]);
      else nodes.push(node);
    }
    for (const [layer, nodes] of [...byLayer].sort(([a], [b]) => a - b)) await emitLayer(image, tree, layer, nodes, names, emit);
    for (const node of directories.reverse()) await emit(encodeEntryHeader(headerOf(tree, node)));
    await emit(endOfArchive);
  });
}

async function emitLayer(
  image: Image,
  tree: FileTree,
  layer: number,
  nodes: readonly LiveNode[],
  names: ReadonlyMap<Inode, readonly string[]>,
  emit: Emit,
): Promise<void> {
  const emitNames = async (inode: Inode, header: WritableEntry): Promise<void> => {
    const [first, ...others] = names.get(inode)!;
    for (const path of others) await emit(encodeEntryHeader({ ...header, path, type: EntryType.hardlink, link: first!, size: 0 }));
  };
  const files = new Map<number, LiveNode>();
  for (const node of nodes) {
    if (node.inode.type === EntryType.file) {
      files.set(node.inode.entry, node);
      continue;
    }
    const header = headerOf(tree, node);
    await emit(encodeEntryHeader(header));
    await emitNames(node.inode, header);
  }
  await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...files.keys()], async (entry, content) => {
    const node = files.get(entry)!;
    const header = headerOf(tree, node);
    await emit(encodeEntryHeader(header));
    for await (const piece of content) await emit(piece);
    await emit(padding(header.size));
    await emitNames(node.inode, header);
  });
}

/** The header of a live node: its inode's metadata under its own path, sparse files stored whole. */
function headerOf(tree: FileTree, node: LiveNode): WritableEntry {
  const { inode } = node;
  const path = inode.type === EntryType.directory ? `${node.path}/` : node.path;
  return { ...storedEntry(tree, inode), path };
}
