/** A layer known by its table of contents: its catalog without the layer, and single files by Range. */
import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";

import { createDecompressor } from "../../compression/decompress.ts";
import { BallastError } from "../../base/errors.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { CatalogBuilder } from "../../filesystem/catalog-builder.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import { algorithmOf, digestOf } from "../../image/digest.ts";
import type { Layer } from "../../image/image.ts";
import { EntryType } from "../../tar/entry.ts";
import { readTable } from "./read-toc.ts";
import { parseTable } from "./table.ts";
import type { StoredContent } from "./table.ts";

export interface TocLayer {
  readonly kind: "estargz" | "zstd:chunked";
  /**
   * As the tar archive would give it, content hashes included; but offsets are 0, since the table does not know them. Whoever wants
   * content of this catalog's entries calls `openTocEntry`.
   */
  readonly catalog: Catalog;
  /** Where content lies, by entry. */
  readonly contents: ReadonlyMap<number, StoredContent>;
  /** Bytes of the tar archive inside, where the manifest says; the table does not. */
  readonly tarBytes: number | null;
  /** Bytes of the blob that were fetched. */
  readonly fetchedBytes: number;
}

const emptyHash = createHash("sha256").digest();

/**
 * The catalog of a remote layer that carries its own table of contents, read by Range and verified against the digest in the layer's
 * annotations. Null when there is none, it says too little, or the registry knows no Range: read the layer instead.
 *
 * The layer's own digest and its diff ID are not verified by this: nobody has seen its bytes.
 * @throws {BallastError} digest-mismatch
 */
export async function catalogFromToc(layer: Layer): Promise<TocLayer | null> {
  const raw = await readTable(layer);
  if (raw === null) return null;
  const table = parseTable(raw.json, `table of contents of layer ${layer.index}`, raw.dataEnd);
  if (table === null) return null;
  const builder = new CatalogBuilder();
  const contents = new Map(table.contents);
  for (const [index, entry] of table.entries.entries()) {
    builder.add(entry);
    if (entry.type !== EntryType.file) continue;
    const content = contents.get(index);
    if (content === undefined) builder.setHash(index, emptyHash);
    else if (algorithmOf(content.digest) === "sha256") builder.setHash(index, Buffer.from(content.digest.slice("sha256:".length), "hex"));
    else return null;
  }
  // Engines that know nothing of eStargz unpack the table as a file like any other.
  if (raw.ownEntry !== null) {
    const own = builder.add({ ...raw.ownEntry, headerOffset: 0, dataOffset: 0 });
    const digest = digestOf(raw.json);
    builder.setHash(own, Buffer.from(digest.slice("sha256:".length), "hex"));
    contents.set(own, { start: raw.dataEnd, end: raw.tableEnd, skip: raw.ownEntry.dataOffset, size: raw.json.length, digest });
  }
  const stated = Number(layer.annotations["io.containers.estargz.uncompressed-size"] ?? Number.NaN);
  return {
    kind: raw.kind,
    catalog: builder.build(),
    contents,
    tarBytes: Number.isSafeInteger(stated) && stated > 0 ? stated : null,
    fetchedBytes: raw.fetchedBytes,
  };
}

/**
 * The content of one regular file, fetched by Range. The stream fails with digest-mismatch at its end when the content is not what the
 * table promises.
 * @throws {BallastError} read-failed when the registry no longer answers ranges
 */
export async function openTocEntry(layer: Layer, toc: TocLayer, entry: number): Promise<Readable> {
  const content = toc.contents.get(entry);
  if (content === undefined) return Readable.from([]);
  const path = displayPath(toc.catalog.path(entry));
  const packed = await layer.openRange!({ start: content.start, end: content.end });
  if (packed === null) {
    throw new BallastError(
      "read-failed",
      `${path} of layer ${layer.index} cannot be fetched: the registry does not answer ranges any more`,
    );
  }
  const decompressor = await createDecompressor(toc.kind === "estargz" ? "gzip" : "zstd");
  // Errors reach the reader through the decompressor, which the pipeline destroys with them.
  pipeline(packed, decompressor, () => {});
  return Readable.from(verified(decompressor, content, `${path} of layer ${layer.index}`), { objectMode: false });
}

async function* verified(unpacked: Readable, content: StoredContent, what: string): AsyncGenerator<Buffer> {
  const hash = createHash(algorithmOf(content.digest));
  let position = 0;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    const part = chunk.subarray(Math.max(0, content.skip - position), Math.max(0, content.skip + content.size - position));
    position += chunk.length;
    if (part.length > 0) {
      hash.update(part);
      yield part;
    }
    if (position >= content.skip + content.size) break;
  }
  if (content.digest.endsWith(`:${hash.digest("hex")}`)) return;
  throw new BallastError("digest-mismatch", `${what} is not what the layer's table of contents promises`);
}
