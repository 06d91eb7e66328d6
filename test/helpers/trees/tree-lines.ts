/** A merged tree as the lines that `layer-cases.ts` expects. */
import { liveNodes } from "../../../src/filesystem/live-files.ts";
import { CatalogBuilder } from "../../../src/filesystem/catalog-builder.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import type { Inode } from "../../../src/filesystem/file-tree.ts";
import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";
import { TarParser } from "../../../src/tar/read/parser.ts";
import { caseTime } from "./case-tar.ts";

export interface ReadLayers {
  readonly tree: MergedTree;
  /** A file's content as its reader sees it, a byte string. */
  contentOf(inode: Inode): string;
}

/** Parses and merges uncompressed layers, bottom first. */
export function readLayers(layers: readonly Buffer[]): ReadLayers {
  const contents = new Map<string, string>();
  const tree = new MergedTree();
  layers.forEach((bytes, layer) => tree.addLayer(parseLayer(bytes, (entry, content) => contents.set(`${layer} ${entry}`, content))));
  return { tree, contentOf: ({ layer, entry }) => contents.get(`${layer} ${entry}`) ?? "" };
}

export function parseLayer(bytes: Buffer, onContent: (entry: number, content: string) => void = () => {}): Catalog {
  const builder = new CatalogBuilder();
  let current: { readonly index: number; readonly entry: TarEntry; content: string } | null = null;
  const parser = new TarParser({
    entry(entry) {
      current = { index: builder.add(entry), entry, content: "" };
      return true;
    },
    data(chunk) {
      current!.content += chunk.toString("latin1");
    },
    endEntry() {
      const { index, entry, content } = current!;
      onContent(index, entry.sparse === null ? content : withHoles(content, entry));
    },
  });
  parser.write(bytes);
  parser.end();
  return builder.build();
}

function withHoles(stored: string, { sparse, size }: TarEntry): string {
  let content = "";
  let at = 0;
  for (const { offset, length } of sparse!) {
    content = content.padEnd(offset, "\0") + stored.slice(at, at + length);
    at += length;
  }
  return content.padEnd(size, "\0");
}

/** One line a path, sorted; the names of one file in one line. */
export function treeLines({ tree, contentOf }: ReadLayers): string[] {
  const names = new Map<Inode, string[]>();
  for (const node of liveNodes(tree)) {
    const known = names.get(node.inode);
    if (known === undefined) names.set(node.inode, [node.path]);
    else known.push(node.path);
  }
  return [...names].map(([inode, paths]) => `${paths.sort().join(", ")}${describe(tree, inode, contentOf)}`).sort();
}

function describe(tree: MergedTree, inode: Inode, contentOf: (inode: Inode) => string): string {
  const directory = inode.type === EntryType.directory;
  if (inode.entry < 0) return "/";
  const entry = tree.catalogs[inode.layer]!.entry(inode.entry);
  const usualMode = directory ? 0o755 : inode.type === EntryType.symlink ? 0o777 : 0o644;
  const mode = entry.mode === usualMode ? "" : ` @${entry.mode.toString(8).padStart(4, "0")}`;
  const owner = entry.uid === 0 && entry.gid === 0 ? "" : ` ${entry.uid}:${entry.gid}`;
  const mtime = entry.mtimeSeconds + entry.mtimeNanos / 1e9;
  const time = mtime === caseTime ? "" : ` t${mtime}`;
  const xattrs = entry.xattrs.map(({ name, value }) => ` x{${name}=${value}}`).join("");
  return `${whatItIs(entry, inode, contentOf)}${mode}${owner}${time}${xattrs}`;
}

function whatItIs(entry: TarEntry, inode: Inode, contentOf: (inode: Inode) => string): string {
  switch (inode.type) {
    case EntryType.directory:
      return "/";
    case EntryType.symlink:
      return ` -> ${entry.link}`;
    case EntryType.charDevice:
      return ` char ${entry.devMajor}:${entry.devMinor}`;
    case EntryType.blockDevice:
      return ` block ${entry.devMajor}:${entry.devMinor}`;
    case EntryType.fifo:
      return " fifo";
    case EntryType.file:
    case EntryType.hardlink:
      return ` = ${contentOf(inode)}`;
  }
}
