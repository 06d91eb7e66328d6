/** The manifests of an image's own programs, as text. Fixes of a Dockerfile need them before they move an installation. */
import { liveFiles } from "../filesystem/live-files.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import type { Image } from "../image/image.ts";
import { readEntry } from "../scan/content/content.ts";

const manifests = new Set(["package.json", "requirements.txt", "go.mod", "Gemfile", "composer.json"]);
/** Nobody writes a longer manifest. */
const mostBytes = 1024 * 1024;
const mostFiles = 50;

/** By path, nearest to the root first, without those of installed dependencies. */
export async function manifestTexts(image: Image, tree: FileTree): Promise<ReadonlyMap<string, string>> {
  const found = [...liveFiles(tree)]
    .filter(
      ({ name, bytes, directory }) => manifests.has(name) && bytes <= mostBytes && !/(?:^|\/)(?:node_modules|vendor|usr)\//.test(directory),
    )
    .sort((a, b) => a.path.split("/").length - b.path.split("/").length);
  const texts = new Map<string, string>();
  for (const { layer, entry, path } of found.slice(0, mostFiles)) {
    const bytes = await readEntry(image.layers[layer]!, tree.catalogs[layer]!, entry, mostBytes);
    texts.set(displayPath(path), bytes.toString("utf8"));
  }
  return texts;
}
