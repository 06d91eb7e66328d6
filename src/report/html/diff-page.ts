/** A diff as the page's document and columns. */
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import { lineText } from "../../../analyzers/dockerfile/located.ts";
import type { PathChange } from "../../../analyzers/diff/tree-diff.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { EntryType, entryTypeNames } from "../../tar/entry.ts";
import { Column } from "./columns.ts";
import { packPage } from "./pack.ts";
import { aspects, pathChanges } from "./page-data.ts";
import type { Columns, DiffPage } from "./page-data.ts";
import { kind, nodesInOrder, PathNode, shapeColumns } from "./path-tree.ts";
import { fillTemplate } from "./template.ts";

export async function renderDiffHtml(diff: ImageDiff): Promise<string> {
  const { before, after, layers, lines, config, history, packages, texts, warnings } = diff;
  const { changes, ...files } = diff.files;
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const { change } of changes) counts[change] += 1;
  const document: Omit<DiffPage, "columns"> = {
    kind: "diff",
    tool: {
      name: toolName,
      version: toolVersion,
    },
    made: new Date().toISOString(),
    before,
    after,
    layers,
    config,
    history,
    packages,
    texts,
    warnings,
    files,
    counts,
    lines: (lines?.changes ?? []).map(({ dockerfile, ...change }) => ({
      ...change,
      line: lineText(dockerfile),
    })),
  };
  return fillTemplate(`Ballast: ${before.name} → ${after.name}`, await packPage(document, changeColumns(changes)));
}

function changeColumns(changes: readonly PathChange[]): Columns {
  const root = new PathNode<PathChange>("", null);
  for (const change of changes) root.reach(sanitize(change.path)).item = change;
  const nodes = nodesInOrder(root);
  const change = new Uint8Array(nodes.length);
  const what = new Uint8Array(nodes.length);
  const [before, after] = [new Column(), new Column()];
  for (const [at, { item }] of nodes.entries()) {
    change[at] = item === null ? 0 : pathChanges.indexOf(item.change);
    for (const aspect of item?.what ?? []) what[at]! |= 1 << aspects.indexOf(aspect);
    before.unsigned(item?.before?.bytes ?? 0);
    after.unsigned(item?.after?.bytes ?? 0);
  }
  return { ...shapeColumns(nodes, kindOf), change, what, before: before.bytes, after: after.bytes };
}

function kindOf({ item, children }: PathNode<PathChange>): number {
  const type = item?.after?.type ?? item?.before?.type;
  // A file that used to be a directory has the removed paths below it.
  if (type === undefined || children.length > 0) return kind(EntryType.directory);
  const found = Object.values(EntryType).find((known) => entryTypeNames[known] === type);
  return kind(found ?? EntryType.file);
}
