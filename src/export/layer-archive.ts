import type { Catalog } from "../filesystem/catalog.ts";
import type { Layer } from "../image/image.ts";
import { readEntries } from "../scan/content/content.ts";
import { EntryType } from "../tar/entry.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../tar/writer.ts";
import { streamOf } from "./stream-of.ts";

/** Some entries of one layer as a tar, whiteouts included: files with content first, in stored order, then the rest. */
export function layerArchive(layer: Layer, catalog: Catalog, entries: readonly number[]): AsyncGenerator<Buffer> {
  return streamOf(async (emit) => {
    const isFile = (entry: number): boolean => catalog.type(entry) === EntryType.file;
    for (const entry of entries) if (catalog.type(entry) === EntryType.directory) await emit(encodeEntryHeader(catalog.entry(entry)));
    await readEntries(layer, catalog, entries.filter(isFile), async (entry, content) => {
      await emit(encodeEntryHeader(catalog.entry(entry)));
      for await (const piece of content) await emit(piece);
      await emit(padding(catalog.size(entry)));
    });
    for (const entry of entries) {
      if (!isFile(entry) && catalog.type(entry) !== EntryType.directory) await emit(encodeEntryHeader(catalog.entry(entry)));
    }
    await emit(endOfArchive);
  });
}
