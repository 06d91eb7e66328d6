/** The tabs that list findings: groups of rows, and details of the one under the cursor. */
import type { Waste } from "../../analyzers/analysis.ts";
import type { WasteRow } from "../viewmodel/findings/waste.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { displayPath } from "../../src/filesystem/paths.ts";
import { madeOfSummary } from "../../src/report/text/made-of.ts";
import { formatBytes, plural } from "../../src/terminal/format-bytes.ts";
import { wrap } from "../../src/terminal/width.ts";
import { bodyOf, listLayout } from "../layout.ts";
import type { ShownAnalysis } from "../session.ts";
import type { AppState } from "../state.ts";
import { pad } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import type { Line } from "../viewmodel/documents/document.ts";
import { safe } from "../viewmodel/documents/document.ts";
import type { DuplicateRow } from "../viewmodel/findings/duplicates.ts";
import type { Group, GroupedList, GroupRow } from "../viewmodel/findings/grouped-list.ts";
import { describeLocation, severityRole } from "../viewmodel/findings/secrets.ts";
import { cursorWash, onCursor, paintAbout, pane, scrollbar, windowRows } from "./paint.ts";
import type { Paint } from "./paint.ts";

export function paintWaste(paint: Paint, screen: Region, state: AppState): void {
  const { waste, analysis } = state;
  const total = analysis === null ? "" : ` ${formatBytes(analysis.totals.wastedBytes)}`;
  paintFindings(paint, screen, state, {
    title: `Waste${total}, by ${waste.order}`,
    header: `  ${pad("Bytes", 9, "left")}  ${pad("Cause", 12)}${pad("Layers", 10)}Path`,
    list: waste.list,
    group: (row) => wasteGroupRow(paint, row),
    row: (item) => wasteRow(paint, item),
    empty: analysis === null ? waiting(state) : "Nothing is wasted: every byte stored is in the final image.",
    details: (width) => waste.details(width),
  });
}

export function paintSecrets(paint: Paint, screen: Region, state: AppState): void {
  const { secrets } = state;
  const count = secrets.findings === null ? "" : ` (${secrets.findings.length})`;
  const gaps = secrets.incomplete.length === 0 ? "" : `, ${plural(secrets.incomplete.length, "place")} not fully read`;
  paintFindings(paint, screen, state, {
    title: `Secrets${count}${gaps}`,
    list: secrets.list,
    row: (item) => secretRow(paint, item, screen.width),
    empty: noSecrets(state),
    details: (width) => secrets.details(width),
  });
}

function noSecrets(state: AppState): string {
  const { secrets, analysis } = state;
  if (analysis === null || (secrets.findings === null && !state.isFinal)) return waiting(state);
  if (secrets.findings === null) return "Secrets were not looked for (--secrets off).";
  return `No secrets were found. ${searchedPlaces(analysis)}`;
}

/** What was searched. Without it, "nothing was found" means nothing. */
function searchedPlaces({ searchesFiles, layers }: ShownAnalysis): string {
  const config = "Searched were the config (variables, labels, command, history)";
  if (!searchesFiles) return `${config} and no files (--secrets config).`;
  const deleted = layers.length > 1 ? ", those that a later one deletes too" : "";
  return layers.length === 0
    ? `${config}; there are no layers.`
    : `${config} and every file of ${plural(layers.length, "layer")}${deleted}.`;
}

export function paintDuplicates(paint: Paint, screen: Region, state: AppState): void {
  const { duplicates } = state;
  paintFindings(paint, screen, state, {
    title: "Duplicates and caches",
    list: duplicates.list,
    row: (item) => duplicateRow(paint, item),
    empty: duplicates.loaded && state.isFinal ? "No caches, leftovers or duplicates." : waiting(state),
    details: (width) => duplicates.details(width),
  });
}

export function paintPackages(paint: Paint, screen: Region, state: AppState): void {
  const { packages, analysis } = state;
  const { theme } = paint;
  const total = analysis === null ? "" : ` ${formatBytes(analysis.totals.finalBytes)}: ${madeOfSummary(analysis.packages)}`;
  paintFindings(paint, screen, state, {
    title: `Made of${total}`,
    list: packages.list,
    row: ({ inode, path }) => [
      [`  ${pad(formatBytes(inode.bytes), 9, "left")}  `, theme.number],
      [pad(`layer ${inode.layer}`, 10), theme.dim],
      [safe(displayPath(path)), theme.text],
    ],
    empty: packages.loaded ? "The final tree holds no byte." : waiting(state),
    details: (width) => packages.details(width),
  });
}

function waiting(state: AppState): string {
  return state.error === null ? "still reading …" : "the image could not be read";
}

interface FindingsView<T, G extends Group<T>> {
  readonly title: string;
  /** Names of the columns. */
  readonly header?: string;
  readonly list: GroupedList<T, G>;
  /** The row of a group, if it shows more than its title. */
  group?(row: GroupRow<T, G>): Span[];
  row(item: T): Span[];
  readonly empty: string;
  details(width: number): Line[];
}

function paintFindings<T, G extends Group<T>>(paint: Paint, screen: Region, state: AppState, view: FindingsView<T, G>): void {
  const { theme } = paint;
  const layout = listLayout(bodyOf(screen.width, screen.height));
  const frame = screen.sub(layout.list.x, layout.list.y, layout.list.width, layout.list.height);
  const query = state.listQuery === "" ? [] : [[`/${safe(state.listQuery)}`, theme.badge] as const];
  const whole = pane(paint, frame, [[view.title]], state.overlay === null, query);
  const { list, header } = view;
  const hasHeader = header !== undefined && list.count > 0;
  if (hasHeader) whole.line(0, [[header, theme.header]], theme.text);
  const inside = hasHeader ? whole.sub(0, 1, whole.width, whole.height - 1) : whole;
  list.cursor.fit(inside.height, list.count);
  for (let y = 0; y < inside.height; y += 1) {
    const index = list.cursor.scroll + y;
    const row = list.at(index);
    const wash = cursorWash(theme, index === list.cursor.index, state.overlay === null);
    if (row === null) inside.line(y, [], theme.text);
    else
      inside.line(
        y,
        (row.item === null ? (view.group?.(row) ?? groupRow(paint, row)) : view.row(row.item)).map(([text, attr]): Span => [
          text,
          onCursor(theme, attr ?? theme.text, wash),
        ]),
        theme.text,
        wash,
      );
  }
  if (list.count === 0) wrap(view.empty, inside.width - 4).forEach((line, i) => inside.text(2, 1 + i, line, theme.dim));
  paint.hits.push({ rect: frame.rect, target: { kind: "pane", list: "tab" } });
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "tab", rows: windowRows(list.cursor.scroll, inside.height, list.count) },
  });
  scrollbar(paint, frame, list.cursor, list.count);
  const { x, y, width, height } = layout.details;
  paintAbout(paint, screen.sub(x, y, width, height), state, list.cursor.index, (room) => (list.count === 0 ? [] : view.details(room)));
}

function groupRow<T, G extends Group<T>>(paint: Paint, { group, isOpen }: GroupRow<T, G>): Span[] {
  const { theme } = paint;
  const bytes = group.bytes === null ? "" : pad(formatBytes(group.bytes), 9, "left");
  return [
    [`${isOpen ? "▾" : "▸"} `, theme.titleFocused],
    [bytes === "" ? "" : `${bytes}  `, theme.barWaste],
    [group.title, theme.strong],
    [`  (${group.size})`, theme.dim],
  ];
}

function wasteGroupRow(paint: Paint, { group, isOpen }: GroupRow<Waste, WasteRow>): Span[] {
  const { theme } = paint;
  const { cause, layer, supersededBy, bytes, path, files } = group.rollUp;
  return [
    [files === 1 ? "  " : isOpen ? "▾ " : "▸ ", theme.titleFocused],
    [`${pad(formatBytes(bytes), 9, "left")}  `, theme.barWaste],
    [pad(cause, 12), theme[causeRoles[cause]]],
    [pad(`${layer} → ${supersededBy}`, 10), theme.number],
    [safe(path), theme.text],
    [files === 1 ? "" : `  ${plural(files, "file")}`, theme.dim],
  ];
}

function wasteRow(paint: Paint, item: Waste): Span[] {
  const { theme } = paint;
  return [
    [`  ${pad(formatBytes(item.bytes), 9, "left")}  `, theme.barWaste],
    [pad("", 22), theme.text],
    [safe(item.path), theme.text],
  ];
}

const causeRoles = { overwritten: "modified", removed: "removed", metadata: "metadata", identical: "dim" } as const;

function secretRow(paint: Paint, finding: SecretFinding, screenWidth: number): Span[] {
  const { theme } = paint;
  const [first] = finding.locations;
  const more = finding.locations.length > 1 ? `  +${finding.locations.length - 1} more` : "";
  return [
    [`  ${pad(finding.severity, 9)}`, theme[severityRole(finding.severity)]],
    [`${pad(safe(finding.title), screenWidth >= 140 ? 30 : 20)} `, theme.text],
    [`${pad(safe(finding.redacted), 14)} `, theme.warning],
    [first === undefined ? "" : describeLocation(first), theme.link],
    [more, theme.dim],
    [`  ${safe(finding.state)}${finding.inherited ? ", from the base" : ""}`, theme.dim],
  ];
}

function duplicateRow(paint: Paint, row: DuplicateRow): Span[] {
  const { theme } = paint;
  const size: Span = [`  ${pad(formatBytes(row.bytes), 9, "left")}  `, theme.barWaste];
  if (row.kind === "duplicate")
    return [
      size,
      [pad(`${row.duplicate.paths.length} ×`, 6, "left"), theme.number],
      [`  ${safe(row.duplicate.paths[0] ?? "")}`, theme.text],
    ];
  return [
    size,
    [`${safe(row.leftover.title)}  `, theme.text],
    [`layer ${row.leftover.layer}  `, theme.number],
    [safe(row.leftover.paths.join(", ")), theme.dim],
  ];
}
