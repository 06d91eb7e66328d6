/** Archives and layouts that lie in a directory, told by their names and shapes alone. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { ListedImage } from "./daemon/list.ts";

const archive = /\.(?:tar|tar\.gz|tgz|tar\.zst|tar\.zstd|tar\.bz2|tar\.xz|oci)$/i;
/** Names looked at. */
const mostNames = 2000;

export async function listLocalImages(directory: string): Promise<ListedImage[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.slice(0, mostNames).map(async (entry): Promise<ListedImage | null> => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        const marker = await stat(join(path, "oci-layout")).catch(() => null);
        return marker === null ? null : { name: `oci:${path}`, title: `${entry.name}/`, bytes: null, created: marker.mtimeMs };
      }
      if (!archive.test(entry.name)) return null;
      const info = await stat(path).catch(() => null);
      return info?.isFile() === true ? { name: path, title: entry.name, bytes: info.size, created: info.mtimeMs } : null;
    }),
  );
  return found.filter((image) => image !== null);
}
