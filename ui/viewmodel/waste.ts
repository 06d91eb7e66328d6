/** The waste tab: what was stored for nothing, grouped three ways. */
import type { Waste, WasteCause } from "../../analyzers/analysis.ts";
import { formatBytes, plural } from "../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../session.ts";
import { blank, field, paragraph, safe } from "./document.ts";
import type { Line } from "./document.ts";
import { GroupedList } from "./grouped-list.ts";
import type { Group } from "./grouped-list.ts";

export const wasteGroupings = ["cause", "directory", "layer"] as const;
export type WasteGrouping = (typeof wasteGroupings)[number];

const causeTitles: Readonly<Record<WasteCause, string>> = {
  overwritten: "Overwritten: a later layer stored new content",
  removed: "Removed: a later layer deleted or replaced it",
  metadata: "Metadata: stored again because mode, owner, time or attributes changed",
  identical: "Identical: stored again with nothing changed",
};

export class WasteModel {
  readonly list = new GroupedList<Waste>();
  grouping: WasteGrouping = "cause";
  #analysis: ShownAnalysis | null = null;
  readonly #known = new Map<WasteGrouping, readonly Group<Waste>[]>();

  load(analysis: ShownAnalysis): void {
    this.#analysis = analysis;
    this.#known.clear();
    this.#regroup();
  }

  nextGrouping(): void {
    this.grouping = wasteGroupings[(wasteGroupings.indexOf(this.grouping) + 1) % wasteGroupings.length]!;
    this.list.cursor.index = 0;
    this.#regroup();
  }

  /** What the details pane says about the selected row. */
  details(width: number): Line[] {
    const row = this.list.selected;
    const analysis = this.#analysis;
    if (row === null || analysis === null) return [];
    if (row.item === null) {
      return [
        ...paragraph(safe(row.group.title), width, "strong"),
        blank,
        ...paragraph(`${plural(row.group.items.length, "file")}, ${formatBytes(row.group.bytes ?? 0)}`, width),
      ];
    }
    const { path, bytes, cause, layer, supersededBy } = row.item;
    return [
      ...paragraph(safe(path), width, "strong"),
      blank,
      ...field("wasted", formatBytes(bytes), width, "barWaste"),
      ...field("cause", causeTitles[cause], width),
      ...field("stored by", `layer ${layer}: ${commandOf(analysis, layer)}`, width, "link"),
      ...field(
        cause === "removed" ? "removed by" : "replaced by",
        `layer ${supersededBy}: ${commandOf(analysis, supersededBy)}`,
        width,
        "link",
      ),
      blank,
      ...paragraph(advice(cause), width, "dim"),
    ];
  }

  #regroup(): void {
    if (this.#analysis === null) return;
    let groups = this.#known.get(this.grouping);
    if (groups === undefined) {
      groups = groupWaste(this.#analysis, this.grouping);
      this.#known.set(this.grouping, groups);
    }
    this.list.setGroups(groups);
  }
}

function advice(cause: WasteCause): string {
  switch (cause) {
    case "overwritten":
      return "Write the final content once, or build it in an earlier stage and copy the result.";
    case "removed":
      return "Delete it in the same RUN that made it: a later layer can hide a file, not take its bytes back.";
    case "metadata":
      return "Set mode and owner when the file is copied (COPY --chmod, --chown) instead of in a later RUN.";
    case "identical":
      return "Copy only what changed, or order the steps so that the file is stored once.";
  }
}

function commandOf(analysis: ShownAnalysis, layer: number): string {
  return safe(analysis.layers[layer]?.createdBy || "(no history)");
}

function groupWaste(analysis: ShownAnalysis, grouping: WasteGrouping): Group<Waste>[] {
  const groups = new Map<string, { title: string; bytes: number; items: Waste[] }>();
  for (const item of analysis.waste) {
    const key = grouping === "cause" ? item.cause : grouping === "layer" ? String(item.layer) : topDirectories(item.path);
    let group = groups.get(key);
    if (group === undefined) {
      const title =
        grouping === "cause"
          ? causeTitles[item.cause]
          : grouping === "layer"
            ? `Layer ${item.layer}: ${commandOf(analysis, item.layer)}`
            : safe(key);
      groups.set(key, (group = { title, bytes: 0, items: [] }));
    }
    group.bytes += item.bytes;
    group.items.push(item);
  }
  return [...groups].map(([key, group]) => ({ key, ...group })).sort((a, b) => b.bytes - a.bytes);
}

/** The two uppermost directories: `/usr/lib`. */
function topDirectories(path: string): string {
  const parts = path.split("/").slice(0, -1).slice(0, 3);
  return parts.length <= 1 ? "/" : parts.join("/");
}
