/** The waste tab: a row for each directory, cause and pair of layers, which unfolds to its files. */
import { compareTexts } from "../../../src/base/text/compare-texts.ts";
import type { Waste } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import { adviceForWaste } from "../../../analyzers/waste/groups.ts";
import type { WasteGroup } from "../../../analyzers/waste/groups.ts";
import { formatBytes, plural } from "../../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../../session.ts";
import { blank, field, paragraph, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import { GroupedList } from "./grouped-list.ts";
import type { Group } from "./grouped-list.ts";
import { causeTitles } from "./waste-causes.ts";

export const wasteOrders = ["size", "cause", "directory", "layer"] as const;
export type WasteOrder = (typeof wasteOrders)[number];

export interface WasteRow extends Group<Waste> {
  readonly rollUp: WasteGroup;
}

export class WasteModel {
  readonly list = new GroupedList<Waste, WasteRow>({ beginOpen: false });
  order: WasteOrder = "size";
  #analysis: ShownAnalysis | null = null;
  #rows: readonly WasteRow[] = [];

  load(analysis: ShownAnalysis): void {
    this.#analysis = analysis;
    this.#rows = analysis.wasteGroups.map((rollUp) => wasteRow(analysis, rollUp));
    this.#arrange();
  }

  nextOrder(): void {
    this.order = wasteOrders[(wasteOrders.indexOf(this.order) + 1) % wasteOrders.length]!;
    this.list.cursor.index = 0;
    this.#arrange();
  }

  /** Moves the cursor to a row by its index in the analysis. */
  select(index: number): void {
    const wanted = this.#rows[index];
    this.list.selectGroup((row) => row === wanted);
  }

  /** The content of the details pane for the selected row. */
  details(width: number): Line[] {
    const row = this.list.selected;
    const analysis = this.#analysis;
    if (row === null || analysis === null) return [];
    const { rollUp } = row.group;
    const { cause, layer, supersededBy } = rollUp;
    const path = row.item?.path ?? rollUp.path;
    const bytes = row.item?.bytes ?? rollUp.bytes;
    const files = row.item === null && rollUp.files > 1 ? ` in ${plural(rollUp.files, "file")}` : "";
    return [
      ...paragraph(safe(path), width, "strong"),
      blank,
      ...field("wasted", `${formatBytes(bytes)}${files}`, width, "barWaste"),
      ...field("cause", causeTitles[cause], width),
      ...field("stored by", `layer ${layer}: ${commandOf(analysis, layer)}`, width, "link"),
      ...field(
        cause === "removed" ? "removed by" : "replaced by",
        `layer ${supersededBy}: ${commandOf(analysis, supersededBy)}`,
        width,
        "link",
      ),
      blank,
      ...field("to do", safe(adviceForWaste(rollUp, (at) => analysis.layers[at]?.createdBy ?? "")), width, "good"),
    ];
  }

  #arrange(): void {
    this.list.setGroups(this.order === "size" ? this.#rows : this.#rows.toSorted(byOrder[this.order]));
  }
}

/** Rows of the same cause, directory or layer are together, largest first. */
const byOrder: Readonly<Record<Exclude<WasteOrder, "size">, (a: WasteRow, b: WasteRow) => number>> = {
  cause: (a, b) => compareTexts(a.rollUp.cause, b.rollUp.cause) || b.rollUp.bytes - a.rollUp.bytes,
  directory: (a, b) => compareTexts(a.rollUp.path, b.rollUp.path) || b.rollUp.bytes - a.rollUp.bytes,
  layer: (a, b) => a.rollUp.layer - b.rollUp.layer || a.rollUp.supersededBy - b.rollUp.supersededBy || b.rollUp.bytes - a.rollUp.bytes,
};

function wasteRow(analysis: ShownAnalysis, rollUp: WasteGroup): WasteRow {
  let items: readonly Waste[] | null = null;
  return {
    key: `${rollUp.cause} ${rollUp.layer} ${rollUp.supersededBy} ${rollUp.path} ${rollUp.files}`,
    title: rollUp.path,
    bytes: rollUp.bytes,
    size: rollUp.files,
    rollUp,
    // A single file is its own row.
    items: () => (items ??= rollUp.files === 1 ? [] : filesOf(analysis, rollUp)),
  };
}

/** The files in a roll-up: of the same cause and pair of layers, and not in a deeper roll-up of those. */
function filesOf({ waste, wasteGroups }: ShownAnalysis, { cause, layer, supersededBy, path }: WasteGroup): Waste[] {
  const isSame = (row: Waste | WasteGroup): boolean =>
    row.cause === cause && row.layer === layer && row.supersededBy === supersededBy && isWithin(row.path, path);
  const deeper = new Set(wasteGroups.filter((group) => group.path !== path && isSame(group)).map((group) => group.path));
  return waste.filter((row) => isSame(row) && !isBelowAny(row.path, path, deeper));
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

function isBelowAny(path: string, above: string, directories: ReadonlySet<string>): boolean {
  if (directories.size === 0) return false;
  for (let end = path.length; end > above.length; end = path.lastIndexOf("/", end - 1))
    if (directories.has(path.slice(0, end))) return true;
  return false;
}

function commandOf(analysis: ShownAnalysis, layer: number): string {
  const line = layerLine(analysis.dockerfile, layer);
  return safe(`${line === "" ? "" : `${line} `}${analysis.layers[layer]?.createdBy || "(no history)"}`);
}
