/** The final tree of an image and the waste beside it, as columns. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { ownerOf } from "../../../analyzers/packages/owner-of.ts";
import { linkOf, metadataOf } from "../../filesystem/compare.ts";
import { root } from "../../filesystem/columns/name-columns.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { liveIds } from "../../filesystem/live-files.ts";
import { displayBytes, pathFromDisplay } from "../../filesystem/paths.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { EntryType } from "../../tar/entry.ts";
import { Column, Dictionary } from "./columns.ts";
import type { Columns, ImagePage } from "./page-data.ts";
import { wasteCauses } from "./page-data.ts";
import { goneKind, kind, linkedKind, nodesInOrder, PathNode, shapeColumns } from "./path-tree.ts";

/** The number of a live node. */
type LiveNode = number;

export interface ImageColumns {
  readonly columns: Columns;
  readonly metadata: ImagePage["metadata"];
  /** The place of an absolute path as reports print it. */
  placeOf(path: string): number;
}

export function imageColumns(analysis: Analysis): ImageColumns {
  const top = pathTree(analysis);
  const wasteAt = new Map<PathNode<LiveNode>, Analysis["waste"][number][]>();
  for (const row of analysis.waste) {
    const node = top.reach(sanitize(row.path));
    const rows = wasteAt.get(node);
    if (rows === undefined) wasteAt.set(node, [row]);
    else rows.push(row);
  }
  const nodes = nodesInOrder(top);
  const { files, metadata } = fileColumns(analysis, nodes);
  return {
    columns: { ...shapeColumns(nodes, kindIn(analysis.tree, new Set<number>())), ...files, ...wasteColumns(nodes, wasteAt) },
    metadata,
    placeOf: placesIn(analysis.tree, top, nodes),
  };
}

/** Almost every path is that of a live node, which the tree finds; any other is looked up by its text. */
function placesIn({ columns }: FileTree, top: PathNode<LiveNode>, nodes: readonly PathNode<LiveNode>[]): ImageColumns["placeOf"] {
  const places = new Int32Array(columns.names.length);
  for (const { item, place } of nodes) if (item !== null) places[item] = place;
  return (path) => {
    const node = columns.names.lookup(pathFromDisplay(path));
    return (node === null ? 0 : places[node]) || top.reach(sanitize(path)).place;
  };
}

function pathTree({ tree }: Analysis): PathNode<LiveNode> {
  const { names } = tree.columns;
  const top = new PathNode<LiveNode>("", root);
  const directories = new Map<number, PathNode<LiveNode>>([[root, top]]);
  for (const node of liveIds(tree)) {
    const made = directories.get(names.parent(node))!.add(sanitize(displayBytes(names.name(node))), node);
    if (tree.columns.liveChildren(node) > 0) directories.set(node, made);
  }
  return top;
}

/** @param seen collects the inodes that have several names */
function kindIn({ columns }: FileTree, seen: Set<number>): (node: PathNode<LiveNode>) => number {
  return ({ item, children }) => {
    if (item === null) return kind(children.length > 0 ? EntryType.directory : EntryType.file, goneKind);
    const inode = columns.inode(item);
    const type = columns.versions.type(inode);
    if (type !== EntryType.file || columns.versions.links(inode) < 2) return kind(type);
    if (seen.has(inode)) return kind(type, linkedKind);
    seen.add(inode);
    return kind(type);
  };
}

/** The largest distance from 1970 that JavaScript's dates can hold, in seconds. */
const latestSecond = 8.64e12;

function fileColumns(analysis: Analysis, nodes: readonly PathNode<LiveNode>[]): { files: Columns; metadata: ImagePage["metadata"] } {
  const { catalogs, columns } = analysis.tree;
  const [bytes, layer, owner, mtime, meta, links] = [new Column(), new Column(), new Column(), new Column(), new Column(), new Column()];
  const targets = new Dictionary();
  const metadata: [number, number, number][] = [];
  const metadataPlaces = new Map<string, number>();
  const firstNames = new Map<number, number>();
  let lastTime = 0;
  for (const [at, { item }] of nodes.entries()) {
    // Files that are gone are known from the waste.
    if (item === null) continue;
    const id = columns.inode(item);
    const inode = columns.stored(id);
    const stated = metadataOf(catalogs, inode);
    const key = `${stated.mode} ${stated.uid} ${stated.gid}`;
    let place = metadataPlaces.get(key);
    if (place === undefined) {
      metadataPlaces.set(key, (place = metadata.length));
      metadata.push([stated.mode, stated.uid, stated.gid]);
    }
    meta.unsigned(place);
    const time = Math.max(-latestSecond, Math.min(latestSecond, Math.trunc(stated.mtimeSeconds)));
    mtime.signed(time - lastTime);
    lastTime = time;
    layer.unsigned(inode.layer);
    owner.unsigned((ownerOf(analysis.packages, { inode }) ?? -1) + 1);
    if (inode.type === EntryType.symlink) targets.add(sanitize(displayBytes(linkOf(catalogs, inode))));
    if (inode.type !== EntryType.file) continue;
    const first = firstNames.get(id);
    if (first !== undefined) links.unsigned(at - first);
    else {
      if (columns.versions.links(id) > 1) firstNames.set(id, at);
      bytes.unsigned(inode.bytes);
    }
  }
  return {
    files: {
      bytes: bytes.bytes,
      layer: layer.bytes,
      owner: owner.bytes,
      mtime: mtime.bytes,
      meta: meta.bytes,
      links: links.bytes,
      targets: targets.texts,
      target: targets.uses,
    },
    metadata,
  };
}

function wasteColumns(nodes: readonly PathNode<LiveNode>[], wasteAt: ReadonlyMap<PathNode<LiveNode>, Analysis["waste"]>): Columns {
  const [node, bytes, cause, layer, by] = [new Column(), new Column(), new Column(), new Column(), new Column()];
  let last = 0;
  for (const [at, pathNode] of nodes.entries()) {
    for (const row of wasteAt.get(pathNode) ?? []) {
      node.unsigned(at - last);
      last = at;
      bytes.unsigned(row.bytes);
      cause.unsigned(wasteCauses.indexOf(row.cause));
      layer.unsigned(row.layer);
      by.unsigned(row.supersededBy);
    }
  }
  return {
    wasteNode: node.bytes,
    wasteBytes: bytes.bytes,
    wasteCause: cause.bytes,
    wasteLayer: layer.bytes,
    wasteBy: by.bytes,
  };
}
