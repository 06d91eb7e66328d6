/** Lists archives and layouts in a directory, recognised only by their names and shapes. */
import type { Dirent, Stats } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { ListedImage } from "./daemon/list.ts";

const archive = /\.(?:tar|tar\.gz|tgz|tar\.zst|tar\.zstd|tar\.bz2|tar\.xz|oci)$/i;
/** Maximum number of names that are looked at. */
const mostNames = 2000;

export async function listLocalImages(directory: string): Promise<ListedImage[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.slice(0, mostNames).map(async (entry): Promise<ListedImage | null> => {
      const path = join(directory, entry.name);
      if (await leadsToDirectory(path, entry)) {
        const layout = await stat(join(path, "oci-layout")).catch(() => null);
        const marker = layout ?? (await skopeoMarker(path));
        return marker === null
          ? null
          : { name: `${layout === null ? "dir" : "oci"}:${path}`, title: `${entry.name}/`, bytes: null, created: marker.mtimeMs };
      }
      if (!archive.test(entry.name)) return null;
      const info = await stat(path).catch(() => null);
      return info?.isFile() === true ? { name: path, title: entry.name, bytes: info.size, created: info.mtimeMs } : null;
    }),
  );
  return found.filter((image) => image !== null);
}

/** Whether an entry is a directory, or a link to one. */
export async function leadsToDirectory(path: string, entry: Dirent): Promise<boolean> {
  return entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path).catch(() => null))?.isDirectory() === true);
}

/** A `dir:` of skopeo is recognised by the content of its version file: many programs have a file of that name. */
async function skopeoMarker(directory: string): Promise<Stats | null> {
  const file = join(directory, "version");
  const info = await stat(file).catch(() => null);
  if (info?.isFile() !== true || info.size > 100) return null;
  return (await readFile(file, "latin1").catch(() => "")).startsWith("Directory Transport Version: ") ? info : null;
}
