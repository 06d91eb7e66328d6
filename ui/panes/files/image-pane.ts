/** The image's figures, with blessed-contrib's gauge for the efficiency and a chart of the layers. */
import type { LayerFigures } from "../../../analyzers/analysis.ts";
import { formatPlatform } from "../../../src/image/platform.ts";
import { formatBytes, formatPercent } from "../../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../../session.ts";
import { attr, defaultColor, foreground } from "../../terminal/attr.ts";
import type { AppState } from "../../state.ts";
import { pad } from "../../terminal/surface.ts";
import type { Region } from "../../terminal/surface.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { padded, pane, paintLines } from "../paint.ts";
import type { Paint } from "../paint.ts";

/** Rows that the chart needs to be useful. */
const leastChart = 5;

export function paintImage(paint: Paint, region: Region, state: AppState): void {
  const focused = state.focus === "image" && state.overlay === null;
  const inside = padded(pane(paint, region, [["Image Details"]], focused));
  paint.hits.push({ rect: region.rect, target: { kind: "pane", list: "image" } });
  const { analysis } = state;
  const lines = figures(state, inside.width);
  const gaugeRow = lines.length;
  const chartRows = inside.height - gaugeRow - 1;
  const { imagePane } = state;
  // A focused pane scrolls to dive's table of paths stored more than once, below the figures.
  const all = [...lines, ...inefficiencies(state)];
  imagePane.height = inside.height;
  state.imageLines = all.length + inside.height - 1;
  if (!focused) imagePane.scroll = 0;
  if (imagePane.scroll > 0) {
    paintLines(paint, inside, all, imagePane.scroll);
    return;
  }
  paintLines(paint, inside, lines, 0);
  if (analysis === null) return;
  if (gaugeRow < inside.height) {
    const label = "Image efficiency score";
    const score = formatPercent(analysis.efficiency.score);
    inside.text(0, gaugeRow, `${label}: `, paint.theme.dim);
    const from = inside.text(label.length + 2, gaugeRow, pad(score, 8), scoreAttr(paint, analysis.efficiency.score));
    const gauge = inside.sub(from + 1, gaugeRow, inside.width - from - 2, 1);
    if (gauge.width >= 10 && !hasColors(paint)) gauge.text(0, 0, drawnBar(analysis.efficiency.score, gauge.width));
    else if (gauge.width >= 10) paint.widgets.gauge = { rect: gauge.rect, ratio: analysis.efficiency.score };
  }
  if (chartRows >= leastChart) paintChart(paint, inside.sub(0, gaugeRow + 1, inside.width, chartRows), state, analysis);
}

/** Bytes per layer, the wasted part on top in its own colour. */
function paintChart(paint: Paint, region: Region, state: AppState, { layers }: ShownAnalysis): void {
  const { theme } = paint;
  const fitting = Math.max(1, Math.floor((region.width + 1) / chartBar.spacing));
  const shown = layers.length <= fitting ? layers : largest(layers, fitting);
  const legend = region.spans(0, 0, [
    ["Bytes per layer: ", theme.dim],
    ["█", theme.bar],
    [" kept ", theme.dim],
    [hasColors(paint) ? "█" : "░", theme.barWaste],
    [" wasted", theme.dim],
  ]);
  if (shown.length < layers.length) region.text(legend, 0, ` (largest ${shown.length})`, theme.dim);
  const labels = region.height - 1;
  shown.forEach(({ index }, i) => {
    region.text(
      i * chartBar.spacing,
      labels,
      pad(String(index), chartBar.width, "left"),
      index === state.layers.selected ? theme.titleFocused : theme.dim,
    );
  });
  paintBars(paint, region.sub(0, 1, region.width, region.height - 2), shown);
}

/** The widgets draw with background colours. Without colours, blocks and shades replace them. */
function hasColors({ theme }: Paint): boolean {
  return foreground(theme.bar) !== defaultColor;
}

function drawnBar(ratio: number, width: number): string {
  const kept = Math.round(ratio * width);
  return "█".repeat(kept) + "░".repeat(width - kept);
}

/** Bars for the sizes of the layers, to an eighth of a row; a layer that is not empty is always visible. */
function paintBars(paint: Paint, region: Region, layers: readonly LayerFigures[]): void {
  const most = Math.max(1, ...layers.map(({ bytes }) => bytes));
  layers.forEach(({ bytes, wastedBytes }, i) => {
    const height = bytes === 0 ? 0 : Math.max(1, Math.round((bytes / most) * region.height * 8));
    const kept = bytes === 0 ? 0 : Math.round(height * (1 - wastedBytes / bytes));
    for (let row = 0; row * 8 < height; row += 1) {
      const filled = Math.min(8, height - row * 8);
      const own = Math.max(0, Math.min(filled, kept - row * 8));
      const [block, look] = cellOf(paint, filled, own);
      region.text(i * chartBar.spacing, region.height - 1 - row, block.repeat(chartBar.width), look);
    }
  });
}

/** One cell of a bar, filled by `filled` eighths, of which the lower `own` are not wasted. */
function cellOf(paint: Paint, filled: number, own: number): readonly [block: string, look: number] {
  const { theme } = paint;
  const block = eighths[filled - 1]!;
  if (own === filled) return [block, theme.bar];
  if (own === 0) return [hasColors(paint) ? block : "░", theme.barWaste];
  if (filled === 8 && hasColors(paint)) return [eighths[own - 1]!, attr({ fg: foreground(theme.bar), bg: foreground(theme.barWaste) })];
  return [block, own * 2 >= filled ? theme.bar : theme.barWaste];
}

const eighths = "▁▂▃▄▅▆▇█";
/** Columns of one bar, and from one bar to the next. */
const chartBar = { width: 3, spacing: 4 } as const;

/** The largest layers, in their order in the image. */
function largest(layers: readonly LayerFigures[], count: number): LayerFigures[] {
  return [...layers]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, count)
    .sort((a, b) => a.index - b.index);
}

function scoreAttr(paint: Paint, score: number): number {
  return score >= 0.95 ? paint.theme.good : score >= 0.8 ? paint.theme.warning : paint.theme.bad;
}

function figures(state: AppState, width: number): Line[] {
  const { image, analysis } = state;
  const row = (name: string, value: string, role?: Line[number][1]): Line => [
    [pad(name, 24), "dim"],
    role === undefined ? [value] : [value, role],
  ];
  const lines: Line[] = [
    row("Image name:", `${safe(image?.reference ?? state.name)}${image === null ? "" : `  ${formatPlatform(image.platform)}`}`),
  ];
  if (analysis === null) {
    const known = state.layerRows.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    if (known > 0) lines.push(row("Total image size:", `${formatBytes(known)} ${state.error === null ? "so far" : "read"}`, "number"));
    return lines;
  }
  const { totals, efficiency, base } = analysis;
  const compressed = totals.compressedBytes === null ? "" : `, ${formatBytes(totals.compressedBytes)} compressed`;
  lines.push(row("Total image size:", `${formatBytes(totals.totalBytes)}${compressed}`, "number"));
  lines.push(row("Potential wasted space:", formatBytes(totals.wastedBytes), totals.wastedBytes > 0 ? "barWaste" : "good"));
  if (base.layers > 0 && width >= 40) {
    const from = base.from === "guess" ? "guessed" : `from ${base.from}`;
    const own = `${formatBytes(efficiency.user.bytes)}, ${formatBytes(efficiency.user.wastedBytes)} wasted`;
    const about = ` (base: ${base.layers} ${base.layers === 1 ? "layer" : "layers"}, ${from})`;
    lines.push(row("Your own layers:", 24 + own.length + about.length <= width ? own + about : own));
  }
  return lines;
}

/** dive's table: paths stored more than once. */
function inefficiencies(state: AppState): Line[] {
  const rows = state.analysis?.efficiency.dive.inefficiencies ?? [];
  const head: Line[] = [[], [["Count   Total space  Path", "header"]]];
  return [
    ...head,
    ...rows.map((row): Line => [
      [`${pad(String(row.count), 5, "left")}  ${pad(formatBytes(row.bytes), 11, "left")}  `, "number"],
      [safe(row.path)],
    ]),
  ];
}
