/** The layers below the summary's findings, with bars and commands; whole commands for the chosen layer and those with findings. */
import { formatBytes } from "../../src/terminal/format-bytes.ts";
import { textWidth, wrap } from "../../src/terminal/width.ts";
import type { AppState, LayerRow } from "../state.ts";
import { pad } from "../terminal/surface.ts";
import type { Region, Span } from "../terminal/surface.ts";
import { sizeBar, sizeText } from "./files/layers-pane.ts";
import { cursorWash, onCursor } from "./paint.ts";
import type { Paint } from "./paint.ts";

/** Columns of a layer's row without its bar and its command. */
const besideBar = 29;
/** Below this width the words are worth more than a bar. */
const leastForBars = 100;
/** Rows that one command may take. Longer ones can be read in the details of Files. */
const mostRows = 3;

interface ShownLayer {
  readonly layer: LayerRow;
  readonly command: readonly string[];
}

export function paintSummaryLayers(paint: Paint, region: Region, state: AppState): void {
  const { layerRows, summary } = state;
  const { theme } = paint;
  const room = region.height - 1;
  if (room < 1 || layerRows.length === 0) return;
  const largest = layerRows.reduce((most, { bytes }) => Math.max(most, bytes ?? 0), 1);
  // The commands have priority; the bars get what is left.
  const longest = layerRows.reduce((most, { command }) => Math.max(most, textWidth(command, region.width)), 0);
  const bar = region.width < leastForBars ? 0 : Math.max(8, Math.min(30, region.width - besideBar - longest));
  const shown = chooseLayers(state, room, region.width - besideBar - bar);
  const all = shown.length === layerRows.length;
  const heading = all
    ? "Layers"
    : `${shown.length} of ${layerRows.length} layers${summary.layer === null ? ", first those behind the findings" : ""}`;
  region.line(0, [[heading, theme.titleFocused]], theme.text);
  const rows: number[] = [];
  for (const { layer, command } of shown) {
    const wash = cursorWash(theme, layer.index === summary.layer, state.overlay === null);
    command.forEach((text, line) => {
      const spans: Span[] =
        line > 0
          ? [[" ".repeat(besideBar + bar), theme.text]]
          : [
              [String(layer.index).padStart(3), onCursor(theme, theme.dim, wash)],
              [" ", theme.text],
              ...(bar === 0 ? [] : sizeBar(paint, layer, largest, bar)),
              [sizeText(layer), theme.number],
              [pad(layer.wastedBytes ? `${formatBytes(layer.wastedBytes)} wasted` : "", 15, "left"), theme.barWaste],
              ["  ", theme.text],
            ];
      region.line(1 + rows.length, [...spans, [text, theme.text]], theme.text, wash);
      rows.push(summary.findings.length + layer.index);
    });
  }
  paint.hits.push({ rect: region.sub(0, 1, region.width, rows.length).rect, target: { kind: "rows", list: "tab", rows } });
}

/**
 * Chooses as many layers as fit, in their order. The chosen layer, or else those with findings, come first, with their whole command if it
 * fits in a few rows. Then the others: the nearest to the chosen one, or else the largest.
 */
function chooseLayers({ layerRows, summary }: AppState, room: number, width: number): ShownLayer[] {
  const { layer: chosen } = summary;
  const first = chosen === null ? summary.aboutLayers.filter((index) => layerRows[index] !== undefined) : [chosen];
  const sizeOf = ({ bytes, storedBytes }: LayerRow): number => bytes ?? storedBytes ?? 0;
  const others = layerRows
    .filter(({ index }) => !first.includes(index))
    .toSorted((a, b) => (chosen === null ? sizeOf(b) - sizeOf(a) : Math.abs(a.index - chosen) - Math.abs(b.index - chosen)));
  const wanted = [...first, ...others.map(({ index }) => index)];
  const fitsAll = layerRows.length <= room;
  const shown = new Map<number, readonly string[]>();
  let left = room;
  wanted.forEach((index, i) => {
    if (left < 1) return;
    const { command } = layerRows[index]!;
    const lines = wrap(command, Math.max(8, width), mostRows + 1);
    // If all layers fit, none is left out to make room for a longer command.
    const forOthers = fitsAll ? wanted.length - 1 - i : 0;
    const fits = (i < first.length || fitsAll) && lines.length <= Math.min(mostRows, left - forOthers);
    shown.set(index, fits ? lines : [command]);
    left -= fits ? lines.length : 1;
  });
  return [...shown].toSorted(([a], [b]) => a - b).map(([index, command]) => ({ layer: layerRows[index]!, command }));
}
