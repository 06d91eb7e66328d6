/**
 * What skopeo calls a `dir:`: a manifest.json, and every blob under the hex digits of its digest. It is not a standard, but its form has
 * not changed since 2016. It is read as a layout whose index.json lists the one manifest.
 */
import { Readable } from "node:stream";

import { digestOf } from "../../image/digest.ts";
import { parseManifestOrIndex } from "../../image/manifest.ts";
import { blobPath, readDocument } from "../source/blob-source.ts";
import type { BlobSource, StoredBlob } from "../source/blob-source.ts";
import { indexJson } from "./layout-files.ts";

/**
 * @param files the files of the directory.
 * @throws {BallastError} manifest-invalid, limit-exceeded, unsupported-image (a manifest of schema 1), read-failed
 */
export async function skopeoDirectory(files: BlobSource, manifest: StoredBlob): Promise<BlobSource> {
  const what = `manifest.json of ${files.name}`;
  const bytes = await readDocument(manifest, what);
  const { mediaType } = parseManifestOrIndex(bytes, what);
  const digest = digestOf(bytes);
  const index = inMemory("index.json", indexJson([{ mediaType, digest, size: bytes.length }]));
  return {
    name: files.name,
    async find(path) {
      if (path === "index.json") return index;
      if (path === blobPath(digest)) return manifest;
      const blob = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/.exec(path);
      if (blob === null) return null;
      const [, algorithm, hex] = blob as unknown as [string, string, string];
      for (const name of namesOf(algorithm, hex)) {
        const found = await files.find(name);
        if (found !== null) return found;
      }
      return null;
    },
    paths: () => null,
    close: () => files.close(),
  };
}

/** Blobs and, if `skopeo copy --all` wrote an index, manifests. Version 2 of the form names the algorithm when it is not sha256. */
function namesOf(algorithm: string, hex: string): string[] {
  const names = algorithm === "sha256" ? [hex] : [`${algorithm}-${hex}`, hex];
  return names.flatMap((name) => [name, `${name}.manifest.json`]);
}

function inMemory(path: string, bytes: Buffer): StoredBlob {
  return {
    path,
    size: bytes.length,
    file: null,
    open: async (range = { start: 0 }) => Readable.from([bytes.subarray(range.start, range.end)], { objectMode: false }),
  };
}
