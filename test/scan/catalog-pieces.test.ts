import { expect, it } from "vitest";

import { Catalog, ownColumns } from "../../src/filesystem/catalog.ts";
import { CatalogBuilder } from "../../src/filesystem/catalog-builder.ts";
import { CatalogPieces } from "../../src/scan/blob/catalog-pieces.ts";
import { EntryType } from "../../src/tar/entry.ts";
import type { TarEntry } from "../../src/tar/entry.ts";

/** As many as make two whole pieces and a bit. */
const count = 2 * 16_384 + 100;

function entryAt(index: number): TarEntry {
  const isLink = index % 5000 === 4999;
  return {
    path: `srv/d${index % 100}/file-${index}`,
    type: isLink ? EntryType.symlink : EntryType.file,
    typeflag: isLink ? String(EntryType.symlink) : "0",
    mode: 0o644,
    // Owners and fractions of seconds stand in one piece alone.
    uid: index > 20_000 && index < 20_010 ? 1000 : 0,
    gid: 0,
    mtimeSeconds: index,
    mtimeNanos: index === 20_000 ? 5 : 0,
    size: index,
    link: isLink ? `../${index}` : "",
    devMajor: 0,
    devMinor: 0,
    xattrs: [],
    sparse: null,
    headerOffset: index * 1024,
    dataOffset: index * 1024 + 512,
    storedSize: index,
  };
}

function hashAt(index: number): Buffer {
  return Buffer.alloc(32, 1 + (index % 255));
}

it("hands over in pieces what was added: nothing of a piece before shines through", () => {
  const builder = new CatalogBuilder();
  const given: boolean[] = [];
  const pieces = new CatalogPieces((piece, isLast) => {
    given.push(isLast);
    // As threads do.
    builder.append(structuredClone(ownColumns(piece)));
  });
  for (let index = 0; index < count; index += 1) {
    pieces.add(entryAt(index));
    if (index < 20_000) pieces.setHash(index, hashAt(index));
  }
  pieces.end();
  expect(given).toEqual([false, false, true]);
  const catalog = builder.view();
  expect(catalog.length).toBe(count);
  const wrong = Array.from({ length: count }, (_, index) => index).filter((index) => {
    const hash = index < 20_000 ? hashAt(index).toString("hex") : null;
    return catalog.hash(index) !== hash || JSON.stringify(catalog.entry(index)) !== JSON.stringify(entryAt(index));
  });
  expect(wrong).toEqual([]);
});

it("sends what a catalog holds, and not the room that its columns have beyond", () => {
  const builder = new CatalogBuilder();
  for (let index = 0; index < 5000; index += 1) builder.add(entryAt(index));
  const sent = structuredClone(ownColumns(builder.view().columns));
  const bytesOf = (column: unknown): number => (ArrayBuffer.isView(column) ? column.buffer.byteLength : 0);
  const columns = Object.entries(sent).filter(([, column]) => ArrayBuffer.isView(column));
  expect(columns.filter(([, column]) => bytesOf(column) !== (column as Uint8Array).byteLength)).toEqual([]);
  expect(new Catalog(sent).entry(4999)).toEqual(entryAt(4999));
});
