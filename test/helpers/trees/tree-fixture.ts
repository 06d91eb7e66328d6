/** File trees for tests, from short descriptions, without any archive. */
import { CatalogBuilder } from "../../../src/filesystem/catalog-builder.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";

export type EntryFixture = Partial<Omit<TarEntry, "path">> & { readonly path: string };

/** `a/b/` is a directory, `a/b` a file of 1 byte, `a/.wh.b` a whiteout; an object says more. */
export function catalogOf(entries: readonly (string | EntryFixture)[]): Catalog {
  const builder = new CatalogBuilder();
  let offset = 0;
  for (const one of entries) {
    const entry = entryOf(typeof one === "string" ? { path: one } : one, offset);
    offset = entry.dataOffset + Math.ceil(entry.size / 512) * 512;
    builder.add(entry);
  }
  return builder.build();
}

/** Layers from the bottom. */
export function treeOf(...layers: readonly (readonly (string | EntryFixture)[])[]): MergedTree {
  const tree = new MergedTree();
  for (const layer of layers) tree.addLayer(catalogOf(layer));
  return tree;
}

function entryOf(fixture: EntryFixture, offset: number): TarEntry {
  const isDirectory = fixture.path.endsWith("/");
  const type = fixture.type ?? (isDirectory ? EntryType.directory : EntryType.file);
  const size = type === EntryType.file ? (fixture.size ?? (/(^|\/)\.wh\./.test(fixture.path) ? 0 : 1)) : 0;
  return {
    typeflag: String(type),
    mode: isDirectory ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    mtimeSeconds: 1_000_000_000,
    mtimeNanos: 0,
    link: "",
    devMajor: 0,
    devMinor: 0,
    xattrs: [],
    sparse: null,
    headerOffset: offset,
    dataOffset: offset + 512,
    storedSize: size,
    ...fixture,
    type,
    size,
    path: fixture.path.replace(/\/$/, ""),
  };
}
