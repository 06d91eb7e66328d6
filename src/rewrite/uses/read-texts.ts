/** Reads the chosen files of an image in one pass over each layer. If they are too many, the smallest are chosen. */
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import type { Image } from "../../image/image.ts";
import { readEntries } from "../../scan/content/content.ts";

/** Read at most in total; only images full of programs exceed this. */
const mostBytes = 2 * 1024 * 1024 * 1024;

/** Passes the content of each node's file to `visit`, in any order. Returns the nodes not read. @throws as reading a layer does */
export async function readTexts(
  image: Image,
  tree: FileTree,
  nodes: readonly FileNode[],
  visit: (node: FileNode, content: Buffer) => void,
): Promise<readonly FileNode[]> {
  const ordered = nodes.toSorted((a, b) => a.inode!.bytes - b.inode!.bytes);
  const unread: FileNode[] = [];
  const byLayer = new Map<number, Map<number, FileNode[]>>();
  let bytes = 0;
  for (const node of ordered) {
    const inode = node.inode!;
    bytes += inode.bytes;
    if (bytes > mostBytes) {
      unread.push(node);
      continue;
    }
    const entries = byLayer.get(inode.layer) ?? new Map<number, FileNode[]>();
    const names = entries.get(inode.entry);
    if (names === undefined) entries.set(inode.entry, [node]);
    else names.push(node);
    byLayer.set(inode.layer, entries);
  }
  for (const [layer, entries] of byLayer) {
    await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...entries.keys()], async (entry, content) => {
      const whole = await wholeOf(content);
      for (const node of entries.get(entry)!) visit(node, whole);
    });
  }
  return unread;
}

async function wholeOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  // Copied, since a source may reuse its buffer.
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
