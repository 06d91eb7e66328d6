/** The layers: dive's compare bar, the size of each, how much of it is wasted, and the command that made it. */
import { formatBytes, formatPercent } from "../../../src/terminal/format-bytes.ts";
import type { AppState, LayerRow } from "../../state.ts";
import { attr, defaultColor, foreground } from "../../terminal/attr.ts";
import { pad } from "../../terminal/surface.ts";
import type { Region, Span } from "../../terminal/surface.ts";
import type { LayerRole } from "../../viewmodel/layers.ts";
import { cursorWash, horizontalBar, onCursor, pane, scrollbar, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

export function paintLayers(paint: Paint, region: Region, state: AppState): void {
  const { theme } = paint;
  const { layers, layerRows } = state;
  const focused = state.focus === "layers" && state.overlay === null;
  const inside = pane(paint, region, title(state), focused);
  const barWidth = inside.width >= 64 ? 10 : inside.width >= 46 ? 6 : 0;
  const wide = inside.width >= 40;
  inside.line(0, [[header(barWidth, wide), theme.header]], theme.text);
  const rows = inside.sub(0, 1, inside.width, inside.height - 1);
  layers.cursor.fit(rows.height, layerRows.length);
  const largest = layerRows.reduce((most, row) => Math.max(most, row.bytes ?? 0), 1);
  for (let y = 0; y < rows.height; y += 1) {
    const row = layerRows[layers.cursor.scroll + y];
    if (row === undefined) {
      rows.line(y, [], theme.text);
      continue;
    }
    const wash = cursorWash(theme, row.index === layers.selected, focused);
    const spans: Span[] = [
      [String(row.index).padStart(3), onCursor(theme, theme.dim, wash)],
      [" ", theme.text],
    ];
    const from = 4;
    const rest: Span[] = [];
    if (barWidth > 0) rest.push(...sizeBar(paint, row, largest, barWidth));
    rest.push([` ${sizeText(row)}`, theme.number]);
    if (wide)
      rest.push(
        row.wastedBytes === null || row.wastedBytes === 0 ? [pad("", 9)] : [pad(formatBytes(row.wastedBytes), 9, "left"), theme.barWaste],
      );
    rest.push([`  ${row.command}`, theme.text]);
    rows.line(y, [...spans, ["   ", theme.text], ...rest], theme.text, wash);
    const [glyph, look] = compareCell(paint, layers.role(row.index));
    rows.text(from, y, glyph, look);
  }
  paint.hits.push({ rect: region.rect, target: { kind: "pane", list: "layers" } });
  paint.hits.push({
    rect: rows.rect,
    target: { kind: "rows", list: "layers", rows: windowRows(layers.cursor.scroll, rows.height, layerRows.length) },
  });
  scrollbar(paint, region, layers.cursor, layerRows.length, focused);
  if (layerRows.length === 0) inside.text(1, 2, emptyText(state), theme.dim);
}

function emptyText({ image, error }: AppState): string {
  if (image !== null) return "this image has no layers";
  return error === null ? "opening the image …" : "the image could not be opened";
}

function title(state: AppState): Span[] {
  const { mode, view } = state.layers;
  if (mode === "range") return [[`Layers ${view.base + 1}‥${view.top}`]];
  return [["Layers"]];
}

function header(barWidth: number, wide: boolean): string {
  return `  # Cmp${barWidth > 0 ? pad("Size", barWidth + 1, "left") : " "}${pad(barWidth > 0 ? "" : "Size", 8, "left")}${wide ? pad("Waste", 9, "left") : ""}  Command`;
}

/** Colours as in dive, and a sign for those who do not see them. */
function compareCell(paint: Paint, role: LayerRole): readonly [string, number] {
  switch (role) {
    case "base":
      return ["· ", paint.theme.compareBottom];
    case "shown":
      return ["▶ ", paint.theme.compareTop];
    case "outside":
      return ["  ", paint.theme.text];
  }
}

/** The size of a layer relative to the largest, to an eighth of a column; the wasted part has its own colour. */
export function sizeBar({ theme }: Paint, row: LayerRow, largest: number, width: number): Span[] {
  if (row.bytes === null)
    return [
      [
        pad(row.isUnread || row.readBytes === null || !row.storedBytes ? "" : horizontalBar(row.readBytes / row.storedBytes, width), width),
        theme.track,
      ],
    ];
  if (row.bytes === 0) return [[pad("", width), theme.text]];
  const total = Math.max(1, Math.round((row.bytes / largest) * width * 8));
  const kept = Math.min(total, Math.round(total * (1 - (row.wastedBytes ?? 0) / row.bytes)));
  const [full, part] = [Math.floor(kept / 8), kept % 8];
  const spans: Span[] = [["█".repeat(full), theme.bar]];
  let used = full;
  if (part > 0) {
    const goesOn = total >= (full + 1) * 8 && foreground(theme.bar) !== defaultColor;
    spans.push([eighths[part - 1]!, goesOn ? attr({ fg: foreground(theme.bar), bg: foreground(theme.barWaste) }) : theme.bar]);
    used += 1;
  }
  const wastedFull = Math.max(0, Math.floor(total / 8) - used);
  const rest = total > used * 8 ? total - (used + wastedFull) * 8 : 0;
  const wasted = `${"█".repeat(wastedFull)}${rest > 0 ? eighths[rest - 1]! : ""}`;
  if (wasted !== "") spans.push([wasted, theme.barWaste]);
  return [...spans, [" ".repeat(Math.max(0, width - used - wasted.length)), theme.text]];
}

const eighths = "▏▎▍▌▋▊▉";

export function sizeText(row: LayerRow): string {
  if (row.bytes !== null) return pad(formatBytes(row.bytes), 8, "left");
  if (row.isUnread) return pad("not read", 8, "left");
  if (row.readBytes === null) return pad("…", 8, "left");
  return pad(
    row.storedBytes === null || row.storedBytes === 0 ? formatBytes(row.readBytes) : formatPercent(row.readBytes / row.storedBytes),
    8,
    "left",
  );
}
