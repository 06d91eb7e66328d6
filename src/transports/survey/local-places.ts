/** Archives and layouts below a directory. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { compareTexts } from "../../base/text/compare-texts.ts";
import { openContent, openLocal } from "../local.ts";
import type { LocalName } from "../name.ts";
import { readError } from "../source/blob-source.ts";
import type { OpenOptions } from "../transport.ts";
import type { Place } from "./place.ts";
import { readSeveral } from "./several-images.ts";
import type { SeveralImages } from "./several-images.ts";

const archive = /\.(?:tar|tar\.gz|tgz|tar\.zst|tar\.zstd|tzst|oci)$/i;

/** Everything at or below `path`; links to directories are not followed. @throws {BallastError} read-failed, image-not-found */
export async function* localPlaces(path: string, options: OpenOptions): AsyncGenerator<Place> {
  const info = await stat(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  if (!info.isDirectory()) {
    yield localPlace(path, null, options);
    return;
  }
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw readError(path, error);
  });
  if (entries.some(({ name }) => name === "oci-layout" || name === "index.json")) {
    yield localPlace(path, "oci", options);
    return;
  }
  for (const entry of entries.toSorted((a, b) => compareTexts(a.name, b.name))) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) yield* localPlaces(below, options);
    else if (archive.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) yield localPlace(below, null, options);
  }
}

function localPlace(path: string, transport: LocalName["transport"], options: OpenOptions): Place {
  const name: LocalName = { kind: "local", transport, path, tag: null, digest: null, position: null };
  const content: SeveralImages = {
    name: path,
    open: () => openContent(name, options),
    reopen: async (position, title) => (await openLocal({ ...name, position }, title, { ...options, platform: null })).images[0]!,
  };
  return { name: path, repository: path, tag: null, read: () => readSeveral(content, options) };
}
