/** The JSON that `dive --json` writes, for tools that already read it. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { headerBytes } from "../../../analyzers/dive/figures.ts";
import { goPath, implied, LayerTree } from "../../../analyzers/dive/layer-tree.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import { textOf } from "../../filesystem/columns/byte-path.ts";
import { displayBytes } from "../../filesystem/paths.ts";
import { EntryType } from "../../tar/entry.ts";
import type { ReportOptions } from "../options.ts";
import { jsonPieces } from "../json-text.ts";
import { encodePieces } from "../report-text.ts";
import type { ReportText } from "../report-text.ts";

export function renderDive({ tree, layers, efficiency }: Analysis, _options: ReportOptions = {}): ReportText {
  const orders = rowOrders(tree.catalogs);
  const { sizeBytes, wastedBytes, efficiency: score, inefficiencies } = efficiency.dive;
  const document = {
    layer: layers.map(({ index, digest, diffId, createdBy }) => ({
      index,
      id: digest.slice(digest.indexOf(":") + 1),
      digestId: diffId,
      sizeBytes: headerBytes(tree.catalogs[index]!),
      command: createdBy === "" ? "(missing)" : createdBy.replace(/^\/bin\/sh -c /, ""),
      fileList: fileRows(tree.catalogs[index]!, orders[index]!),
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

/**
 * For each layer the entries that its rows list: children before their parents, by name; `implied` for directories that no entry states.
 * Worked out for all layers before the first row is made, so that the trees this takes are freed before the rows need memory.
 */
function rowOrders(catalogs: readonly Catalog[]): Int32Array[] {
  const tree = new LayerTree();
  return catalogs.map((catalog) => {
    tree.read(catalog);
    const order = new Int32Array(tree.members.length);
    let length = 0;
    for (const node of tree.visited(true)) order[length++] = tree.entry(node);
    return order;
  });
}

/** Whiteouts stay as they are stored. */
function* fileRows(catalog: Catalog, order: Int32Array): Generator<object> {
  for (const entry of order) yield entry === implied ? impliedRow : fileRow(catalog, entry);
}

const impliedRow = { path: "", typeFlag: 0, linkName: "", size: 0, fileMode: 0, uid: 0, gid: 0, isDir: false };

function fileRow(catalog: Catalog, entry: number): object {
  const { modes, uids, gids } = catalog.columns;
  const type = catalog.type(entry);
  // dive keeps the leading slash of names that are stored with one.
  const slash = catalog.isRooted(entry) ? "/" : "";
  return {
    path: displayBytes(slash + textOf(goPath(catalog, entry))),
    typeFlag: catalog.typeflag(entry).charCodeAt(0),
    linkName: displayBytes(catalog.link(entry)),
    size: catalog.size(entry),
    fileMode: goFileMode(type, modes[entry]!),
    uid: uids[entry]!,
    gid: gids[entry]!,
    isDir: type === EntryType.directory,
  };
}

/** Go's os.FileMode has the type and special bits in other places than Unix. */
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
