/** The JSON that `dive --json` writes, for whatever parses it today. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { headerBytes } from "../../../analyzers/dive/figures.ts";
import { LayerTree } from "../../../analyzers/dive/layer-tree.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import { root } from "../../filesystem/columns/name-columns.ts";
import { displayBytes } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import type { ReportOptions } from "../options.ts";
import { jsonPieces } from "../json-text.ts";
import { encodePieces } from "../report-text.ts";
import type { ReportText } from "../report-text.ts";

export function renderDive({ tree, layers, efficiency }: Analysis, _options: ReportOptions = {}): ReportText {
  const layerTree = new LayerTree();
  const { sizeBytes, wastedBytes, efficiency: score, inefficiencies } = efficiency.dive;
  const document = {
    layer: layers.map(({ index, digest, diffId, createdBy }) => ({
      index,
      id: digest.slice(digest.indexOf(":") + 1),
      digestId: diffId,
      sizeBytes: headerBytes(tree.catalogs[index]!),
      command: createdBy === "" ? "(missing)" : createdBy.replace(/^\/bin\/sh -c /, ""),
      fileList: fileRows(layerTree, tree.catalogs[index]!),
    })),
    image: {
      sizeBytes,
      inefficientBytes: wastedBytes,
      efficiencyScore: score,
      fileReference: inefficiencies.map(({ path, count, bytes }) => ({ count, sizeBytes: bytes, file: path })),
    },
  };
  return encodePieces(jsonPieces(document, 4));
}

/** Children before their parents, by name; whiteouts stay as they are stored, directories nobody states are rows without content. */
function* fileRows(tree: LayerTree, catalog: Catalog): Generator<object> {
  const { names } = tree;
  tree.read(catalog);
  // Files come directory by directory.
  let [parent, directory] = [root, ""];
  for (const node of tree.visited(true)) {
    if (names.parent(node) !== parent) {
      parent = names.parent(node);
      directory = parent === root ? "" : `${names.path(parent)}/`;
    }
    const entry = tree.entry(node);
    // dive keeps the leading slash of names that are stored with one.
    const slash = entry >= 0 && catalog.isRooted(entry) ? "/" : "";
    yield fileRow(catalog, entry, tree.size(node), slash + directory + names.name(node));
  }
}

function fileRow(catalog: Catalog, index: number, size: number, path: string): object {
  if (index < 0) return { path: "", typeFlag: 0, linkName: "", size: 0, fileMode: 0, uid: 0, gid: 0, isDir: false };
  const entry = catalog.entry(index);
  const isDir = entry.type === EntryType.directory;
  return {
    path: displayBytes(path),
    typeFlag: entry.typeflag.charCodeAt(0),
    linkName: displayBytes(entry.link),
    size,
    fileMode: goFileMode(entry.type, entry.mode),
    uid: entry.uid,
    gid: entry.gid,
    isDir,
  };
}

/** Go's os.FileMode keeps type and special bits elsewhere than Unix does. */
function goFileMode(type: EntryType, mode: number): number {
  let bits = mode & 0o777;
  if ((mode & 0o4000) !== 0) bits += 2 ** 23;
  if ((mode & 0o2000) !== 0) bits += 2 ** 22;
  if ((mode & 0o1000) !== 0) bits += 2 ** 20;
  if (type === EntryType.directory) bits += 2 ** 31;
  if (type === EntryType.symlink) bits += 2 ** 27;
  if (type === EntryType.charDevice) bits += 2 ** 26 + 2 ** 21;
  if (type === EntryType.blockDevice) bits += 2 ** 26;
  if (type === EntryType.fifo) bits += 2 ** 25;
  return bits;
}
