/** Catalogs straight from described entries, for tests of what stands above the tar reader. */
import { CatalogBuilder } from "../../../src/filesystem/catalog-builder.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { toBuffer } from "../tar/bytes.ts";
import type { FixtureEntry, FixtureType } from "../tar/entry.ts";

const types: Record<FixtureType, EntryType> = {
  file: EntryType.file,
  contiguous: EntryType.file,
  hardlink: EntryType.hardlink,
  symlink: EntryType.symlink,
  "character-device": EntryType.charDevice,
  "block-device": EntryType.blockDevice,
  directory: EntryType.directory,
  fifo: EntryType.fifo,
};

/** Offsets are made up; everything else is what a tar of these entries says. */
export function catalogOf(entries: readonly FixtureEntry[]): Catalog {
  const builder = new CatalogBuilder();
  for (const entry of entries) {
    const mtime = entry.mtime ?? 1_000_000_000;
    const size = entry.type === "file" || entry.type === "contiguous" ? toBuffer(entry.content ?? "").length : 0;
    builder.add({
      path: toBuffer(entry.name).toString("latin1"),
      type: types[entry.type],
      typeflag: entry.typeflag ?? (entry.type === "contiguous" ? "7" : String(types[entry.type])),
      mode: entry.mode ?? (entry.type === "directory" ? 0o755 : 0o644),
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      mtimeSeconds: Math.floor(mtime),
      mtimeNanos: Math.round((mtime - Math.floor(mtime)) * 1e9),
      size,
      link: toBuffer(entry.link ?? "").toString("latin1"),
      devMajor: entry.device?.[0] ?? 0,
      devMinor: entry.device?.[1] ?? 0,
      xattrs: Object.entries(entry.xattrs ?? {}).map(([name, value]) => ({ name, value: toBuffer(value).toString("latin1") })),
      sparse: null,
      headerOffset: 0,
      dataOffset: 0,
      storedSize: size,
    });
  }
  return builder.build();
}
