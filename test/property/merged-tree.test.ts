import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { CatalogBuilder } from "../../src/filesystem/catalog-builder.ts";
import type { FileNode, FileTree, Inode } from "../../src/filesystem/file-tree.ts";
import { MergedTree } from "../../src/filesystem/merged-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { arbitraryImage } from "../helpers/image/arbitrary-image.ts";
import type { GeneratedImage } from "../helpers/image/arbitrary-image.ts";
import { catalogOf } from "../helpers/trees/catalog-fixture.ts";
import { naiveBytes, naiveStoredBytes } from "../helpers/trees/naive-merge.ts";
import type { NaiveInode, NaiveTree } from "../helpers/trees/naive-merge.ts";
import { toBuffer } from "../helpers/tar/bytes.ts";
import { directory, file, opaque } from "../helpers/tar-fixture.ts";

const runs = { numRuns: 500 };

function merged(image: GeneratedImage): MergedTree {
  const tree = new MergedTree();
  for (const entries of image.layers) tree.addLayer(catalogOf(entries));
  return tree;
}

const typeNames: Record<EntryType, NaiveInode["type"] | "hardlink"> = {
  [EntryType.file]: "file",
  [EntryType.hardlink]: "hardlink",
  [EntryType.symlink]: "symlink",
  [EntryType.charDevice]: "character-device",
  [EntryType.blockDevice]: "block-device",
  [EntryType.directory]: "directory",
  [EntryType.fifo]: "fifo",
};

/** Every live path with what stands there, in the naive model's words. */
function described(image: GeneratedImage, tree: FileTree): Map<string, string> {
  const lines = new Map<string, string>();
  const firstName = new Map<Inode, string>();
  for (const [path, inode] of [...livePaths(tree)].sort(byPath)) {
    const first = firstName.get(inode) ?? path;
    firstName.set(inode, first);
    if (inode.entry < 0) {
      lines.set(path, `directory implied, layer ${inode.layer}`);
      continue;
    }
    const entry = tree.catalogs[inode.layer]!.entry(inode.entry);
    const source = image.layers[inode.layer]![inode.entry]!;
    const content = inode.type === EntryType.file ? toBuffer(source.content ?? "") : Buffer.alloc(0);
    lines.set(
      path,
      line(first, {
        type: typeNames[inode.type] as NaiveInode["type"],
        layer: inode.layer,
        content,
        link: inode.type === EntryType.symlink ? entry.link : "",
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtime: entry.mtimeSeconds + entry.mtimeNanos / 1e9,
        xattrs: Object.fromEntries(entry.xattrs.map(({ name, value }) => [name, value])),
      }),
    );
  }
  return lines;
}

function expected(tree: NaiveTree): Map<string, string> {
  const lines = new Map<string, string>();
  const firstName = new Map<NaiveInode, string>();
  for (const [path, inode] of [...tree].sort(byPath)) {
    const first = firstName.get(inode) ?? path;
    firstName.set(inode, first);
    lines.set(path, Number.isNaN(inode.mtime) ? `directory implied, layer ${inode.layer}` : line(first, inode));
  }
  return lines;
}

function line(firstName: string, inode: NaiveInode): string {
  const { type, layer, content, link, mode, uid, gid, mtime, xattrs } = inode;
  return JSON.stringify({ firstName, type, layer, content: content.toString("latin1"), link, mode, uid, gid, mtime, xattrs });
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function livePaths(tree: FileTree): Map<string, Inode> {
  const found = new Map<string, Inode>();
  const visit = (node: FileNode): void => {
    for (const child of node.children?.values() ?? []) {
      if (child.inode === null) continue;
      found.set(child.path, child.inode);
      visit(child);
    }
  };
  visit(tree.root);
  return found;
}

it("any image: the merged tree is what applying its layers one after the other gives", () => {
  fc.assert(
    fc.property(arbitraryImage(), (image) => {
      const tree = merged(image);
      expect(described(image, tree)).toEqual(expected(image.tree));
      expect(tree.liveCount).toBe(image.tree.size);
    }),
    runs,
  );
});

it("any image: the tree is the same when its layers come in pieces of any length", () => {
  fc.assert(
    fc.property(arbitraryImage(), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), (image, lengths) => {
      const tree = new MergedTree();
      for (const entries of image.layers) {
        const builder = new CatalogBuilder();
        for (let at = 0, piece = 0; at < entries.length; piece += 1) {
          const next = at + lengths[piece % lengths.length]!;
          builder.append(catalogOf(entries.slice(at, next)).columns);
          tree.addEntries(builder.view());
          at = next;
        }
        const whole = builder.build();
        expect(whole).toEqual(catalogOf(entries));
        tree.addEntries(whole);
        tree.endLayer(whole);
      }
      expect(described(image, tree)).toEqual(expected(image.tree));
      expect(tree.deaths.length).toBe(merged(image).deaths.length);
    }),
    runs,
  );
});

it("any image: a lower layer's view is the tree of the image that ends with it", () => {
  fc.assert(
    fc.property(arbitraryImage(), fc.nat(5), (image, pick) => {
      const top = pick % image.layers.length;
      const whole = merged(image);
      const lower = merged({ ...image, layers: image.layers.slice(0, top + 1) });
      const paths: string[] = [];
      const visit = (node: FileNode): void => {
        for (const child of node.children?.values() ?? []) {
          if (child.at(top) !== null) paths.push(child.path);
          visit(child);
        }
      };
      visit(whole.root);
      expect(paths.sort()).toEqual([...livePaths(lower).keys()].sort());
    }),
    runs,
  );
});

it("any image: what the layers store and the final tree does not show are exactly the files that died", () => {
  fc.assert(
    fc.property(arbitraryImage(), (image) => {
      const tree = merged(image);
      const stored = tree.layerBytes.reduce((sum, bytes) => sum + bytes, 0);
      const dead = tree.deaths.reduce((sum, death) => sum + death.inode.bytes, 0);
      expect(stored).toBe(naiveStoredBytes(image.layers));
      expect(stored - dead).toBe(naiveBytes(image.tree));
    }),
    runs,
  );
});

// Found by the first property: the directory kept the hidden one's mode when its opaque marker stood last in the layer.
it.each(["first", "last"])(
  "a directory that an opaque marker hides and an entry implies again is a new one, the marker standing %s",
  (place) => {
    const lower = [directory("a"), directory("a/deep", { mode: 0o700, uid: 7 }), file("a/deep/old")];
    const upper = [file("a/deep/new"), opaque("a")];
    const tree = new MergedTree();
    for (const entries of [lower, place === "last" ? upper : upper.toReversed()]) tree.addLayer(catalogOf(entries));
    expect(tree.lookup("a/deep")!.inode).toMatchObject({ layer: 1, entry: -1 });
    expect([...livePaths(tree).keys()].sort()).toEqual(["a", "a/deep", "a/deep/new"]);
  },
);
