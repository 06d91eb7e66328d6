/** Catalogs written by hand, for tests of what works on catalogs alone. */
import { CatalogBuilder } from "../../../src/filesystem/catalog-builder.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import type { TarEntry } from "../../../src/tar/entry.ts";

/** A name ending in `/` is a directory, anything else a file of `size` bytes unless `type` says otherwise. */
export function catalogOf(entries: readonly (Partial<TarEntry> & { readonly path: string })[]): Catalog {
  const builder = new CatalogBuilder();
  for (const entry of entries) {
    const directory = entry.path.endsWith("/");
    const type = entry.type ?? (directory ? EntryType.directory : EntryType.file);
    builder.add({
      type,
      typeflag: String(type),
      mode: directory ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      mtimeSeconds: 1_000_000_000,
      mtimeNanos: 0,
      size: 0,
      link: "",
      devMajor: 0,
      devMinor: 0,
      xattrs: [],
      sparse: null,
      headerOffset: 0,
      dataOffset: 0,
      storedSize: entry.size ?? 0,
      ...entry,
    });
  }
  return builder.build();
}
