/** The fourth tab: package caches and other leftovers, and the same content stored at several paths. */
import type { Duplicate, Leftover } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import type { DockerfileFacts } from "../../../analyzers/dockerfile/located.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../../session.ts";
import { blank, field, paragraph, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import { GroupedList } from "./grouped-list.ts";

export type DuplicateRow =
  | { readonly kind: "leftover"; readonly leftover: Leftover; readonly bytes: number }
  | { readonly kind: "duplicate"; readonly duplicate: Duplicate; readonly bytes: number };

export class DuplicatesModel {
  readonly list = new GroupedList<DuplicateRow>();
  loaded = false;
  #dockerfile: DockerfileFacts | undefined;
  #rows: readonly DuplicateRow[] = [];

  load(analysis: ShownAnalysis): void {
    this.loaded = true;
    this.#dockerfile = analysis.dockerfile;
    const leftovers = analysis.leftovers.map((leftover): DuplicateRow => ({ kind: "leftover", leftover, bytes: leftover.bytes }));
    const duplicates = analysis.duplicates.map((duplicate): DuplicateRow => ({
      kind: "duplicate",
      duplicate,
      bytes: duplicate.bytes * (duplicate.paths.length - 1),
    }));
    const groups = [
      { key: "leftovers", title: "Caches and leftovers", rows: leftovers },
      { key: "duplicates", title: "Same content at several paths", rows: duplicates },
    ].filter(({ rows }) => rows.length > 0);
    this.#rows = [...leftovers, ...duplicates];
    this.list.setGroups(groups.map(({ rows, ...group }) => ({ ...group, bytes: sum(rows), size: rows.length, items: () => rows })));
  }

  /** Moves the cursor to a row by its index: leftovers first, then duplicates, as in the analysis. */
  select(index: number): void {
    const row = this.#rows[index];
    if (row !== undefined) this.list.selectItem(row);
  }

  details(width: number): Line[] {
    const row = this.list.selected;
    if (row === null) return [];
    const { item, group } = row;
    if (item === null)
      return paragraph(`${group.title}: ${plural(group.size, "row")}, ${formatBytes(group.bytes ?? 0)} to be saved`, width, "strong");
    if (item.kind === "leftover") {
      const { leftover } = item;
      const line = layerLine(this.#dockerfile, leftover.layer);
      return [
        ...paragraph(safe(leftover.title), width, "strong"),
        blank,
        ...field("bytes", `${formatBytes(leftover.bytes)} in ${plural(leftover.files, "file")}`, width, "barWaste"),
        ...field("layer", safe(`${leftover.layer}: ${line === "" ? "" : `${line} `}${leftover.createdBy}`), width, "link"),
        ...leftover.paths.flatMap((path, i) => field(i === 0 ? "found at" : "", safe(path), width)),
        ...field("rule", safe(leftover.rule), width, "dim"),
        blank,
        ...paragraph(safe(leftover.advice), width),
      ];
    }
    const { duplicate } = item;
    return [
      ...paragraph(`${plural(duplicate.paths.length, "copy", "copies")} of ${formatBytes(duplicate.bytes)}`, width, "strong"),
      blank,
      ...field("to be saved", formatBytes(item.bytes), width, "barWaste"),
      ...field("digest", duplicate.digest, width, "dim"),
      ...duplicate.paths.slice(0, 200).flatMap((path, i) => field(i === 0 ? "paths" : "", safe(path), width, "link")),
      blank,
      ...paragraph("Hard-link the copies, as the Plan tab does, or store the file once and point to it.", width),
    ];
  }
}

function sum(rows: readonly DuplicateRow[]): number {
  return rows.reduce((total, row) => total + row.bytes, 0);
}
