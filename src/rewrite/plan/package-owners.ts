/** Which system package installed which file, according to the package databases in the image. */
import { installedPackages } from "../../../analyzers/packages/ecosystems/readers.ts";
import { attribute } from "../../../analyzers/packages/attribution.ts";
import { bytesOf } from "../../../analyzers/packages/evidence/byte-source.ts";
import { keepFile } from "../../../analyzers/packages/evidence/kept-file.ts";
import type { SourceFile } from "../../../analyzers/packages/evidence/source-files.ts";
import { mostBytes, sourceKindOf } from "../../../analyzers/packages/evidence/sources.ts";
import type { SourceKind } from "../../../analyzers/packages/evidence/sources.ts";
import { systemEcosystems } from "../../../analyzers/packages/model.ts";
import type { FileNode, FileTree } from "../../filesystem/file-tree.ts";
import { liveFiles, liveNodes } from "../../filesystem/live-files.ts";
import type { LiveFile, LiveFiles } from "../../filesystem/live-files.ts";
import type { Image } from "../../image/image.ts";
import { readEntries } from "../../scan/content/content.ts";
import { EntryType } from "../../tar/entry.ts";

/** Package name by node; files that no package installed are absent. */
export type PackageOwners = ReadonlyMap<FileNode, string>;

interface Wanted {
  readonly kind: SourceKind;
  readonly file: LiveFile;
}

/** @throws {BallastError} read-failed, blob-corrupt */
export async function packageOwners(image: Image, tree: FileTree): Promise<PackageOwners> {
  const files = liveFiles(tree);
  const sources = await systemSources(image, tree, files);
  const packages = await installedPackages(tree, sources);
  const { packageOf } = attribute(tree, files, packages);
  const owners = new Map<FileNode, string>();
  for (const node of liveNodes(tree)) {
    const owner = node.inode.type === EntryType.directory ? null : packageOf(node.id);
    if (owner !== null && systemEcosystems.has(packages[owner]!.ecosystem)) owners.set(node, packages[owner]!.name);
  }
  return owners;
}

const ofSystems = /^(?:dpkg|apk|rpm|pacman)-/;

/** Databases that cannot be read are skipped; the report mentions them. */
async function systemSources(image: Image, tree: FileTree, files: LiveFiles): Promise<SourceFile[]> {
  const byLayer = new Map<number, Map<number, Wanted>>();
  for (const file of files) {
    const kind = sourceKindOf(file.directory, file.name, 0, file.bytes);
    if (kind === null || !ofSystems.test(kind) || file.bytes > mostBytes[kind]) continue;
    const entries = byLayer.get(file.layer) ?? new Map<number, Wanted>();
    byLayer.set(file.layer, entries.set(file.entry, { file, kind }));
  }
  const sources: SourceFile[] = [];
  for (const [layer, wanted] of byLayer) {
    await readEntries(image.layers[layer]!, tree.catalogs[layer]!, [...wanted.keys()], async (entry, content) => {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      const { kind, file } = wanted.get(entry)!;
      const kept = keepFile(kind, bytesOf(Buffer.concat(pieces)));
      if (kept !== null) sources.push({ kind, path: file.path, node: file.node, kept });
    });
  }
  return sources;
}
