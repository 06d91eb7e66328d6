/**
 * A layer is scanned before the layers below it are known, so its files are judged by the paths in the layer. If such a path leads through
 * a symlink of the image, or if a hard link gives the file an earlier name, the file is really somewhere else, and a rewritten image will
 * store it there. Files that would be judged differently in that place are scanned again.
 */
import { createContentScanner } from "../../../analyzers/secrets/content-scanner.ts";
import { linkedNames } from "../../../analyzers/secrets/findings/linked-names.ts";
import { locateEntries } from "../../../analyzers/secrets/findings/locate-entries.ts";
import type { CompiledRules } from "../../../analyzers/secrets/match/compile-rules.ts";
import { isJudgedAlike } from "../../../analyzers/secrets/match/scan/same-judgement.ts";
import type { SecretHit } from "../../../analyzers/secrets/match/secret-hit.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { cleanPath, parentPath } from "../../filesystem/paths.ts";
import type { Image, Layer } from "../../image/image.ts";
import { readPieces } from "../../scan/content/content.ts";
import { EntryType } from "../../tar/entry.ts";

type HitsByLayer = readonly (readonly SecretHit[] | null)[];

/**
 * The hits of each layer, judged by the places of its files in the image. Layers that cannot be read a second time keep their hits.
 * @throws {BallastError} as reading a layer does
 */
export async function hitsWhereFilesLie(image: Image, tree: FileTree, hits: HitsByLayer, rules: CompiledRules): Promise<HitsByLayer> {
  const lying: (readonly SecretHit[] | null)[] = [...hits];
  const wanted = image.layers.map((layer, index) =>
    hits[index] === null || layer.streamedAs !== undefined ? null : new Map<number, string>(),
  );
  for (const { layer, entry, path } of elsewhere(tree)) {
    if (!isJudgedAlike(rules, storedPath(tree.catalogs[layer]!, entry), path)) wanted[layer]?.set(entry, path);
  }
  for (const [layer, paths] of wanted.entries()) {
    if (paths === null || paths.size === 0) continue;
    const kept = hits[layer]!.filter(({ entry }) => !paths.has(entry));
    lying[layer] = [...kept, ...(await scanAgain(image.layers[layer]!, tree.catalogs[layer]!, paths, rules))];
  }
  return lying;
}

/** Files whose path in the image is not the one in their layer, with that path. */
function elsewhere(tree: FileTree): { readonly layer: number; readonly entry: number; readonly path: string }[] {
  const linked = linkedNames(tree);
  const ids = new Set([...linked.keys()].map(({ layer, entry }) => `${layer}:${entry}`));
  for (const id of belowSymlinks(tree)) ids.add(id);
  return [...locateEntries(tree, ids, linked).values()].map(({ path, inode: { layer, entry } }) => ({ layer, entry, path }));
}

/** `layer:entry` of all files whose path leads through a symlink of any layer. */
function* belowSymlinks({ catalogs }: FileTree): Generator<string> {
  const links = new Set<string>();
  for (const catalog of catalogs) {
    for (let entry = 0; entry < catalog.length; entry += 1)
      if (catalog.type(entry) === EntryType.symlink) links.add(storedPath(catalog, entry));
  }
  if (links.size === 0) return;
  const known = new Map<string, boolean>([["", false]]);
  const leadsOver = (directory: string): boolean => {
    let leads = known.get(directory);
    if (leads === undefined) known.set(directory, (leads = links.has(directory) || leadsOver(parentPath(directory))));
    return leads;
  };
  for (const [layer, catalog] of catalogs.entries()) {
    for (let entry = 0; entry < catalog.length; entry += 1) {
      if (catalog.type(entry) === EntryType.file && catalog.size(entry) > 0 && leadsOver(parentPath(storedPath(catalog, entry))))
        yield `${layer}:${entry}`;
    }
  }
}

function storedPath(catalog: Catalog, entry: number): string {
  return cleanPath(catalog.path(entry)).path;
}

async function scanAgain(layer: Layer, catalog: Catalog, paths: ReadonlyMap<number, string>, rules: CompiledRules): Promise<SecretHit[]> {
  const scanner = createContentScanner(rules);
  const hits: SecretHit[] = [];
  await readPieces(layer, catalog, [...paths.keys()], async (entry, pieces) => {
    scanner.begin(entry, paths.get(entry)!, catalog.columns.storedSizes[entry]!);
    for await (const { bytes } of pieces) scanner.write(bytes);
    for (const hit of scanner.end()) hits.push(hit);
  });
  return hits;
}
