/** The manifests of an image's own programs, as text: what fixes of a Dockerfile have to know of an installation before they move it. */
import { liveFiles } from "../filesystem/live-files.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import type { Image } from "../image/image.ts";
import { readEntry } from "../scan/content/content.ts";

const manifests = new Set(["package.json", "requirements.txt", "go.mod", "Gemfile", "composer.json"]);
/** A manifest longer than this is written by no person. */
const mostBytes = 1024 * 1024;
const mostFiles = 50;

/** By path; installed dependencies aside, the nearest to the root first. */
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
