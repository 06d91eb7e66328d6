/** Draws cells on a canvas. */
import type { Theme } from "./colors.ts";
import type { Cell } from "./layout.ts";

export interface Paintable {
  label(at: number): string;
  /** Second line of a label. */
  note(at: number): string;
  color(at: number): string;
  /** The hatched fraction of the area, 0 to 1. */
  hatched(at: number): number;
  hatchColor(at: number): string;
  /** Null without a search. */
  matches: ((at: number) => boolean) | null;
}

const font = "system-ui, -apple-system, 'Segoe UI', sans-serif";

export function paint(
  context: CanvasRenderingContext2D,
  cells: readonly Cell[],
  content: Paintable,
  theme: Theme,
  selected: number | null,
): void {
  const [first] = cells;
  if (first === undefined) return;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, first.width, first.height);
  const hatches = new Hatches(context, theme);
  for (const cell of cells) if (cell.isLeaf) paintLeaf(context, cell, content, theme, hatches);
  paintBorders(context, cells, theme);
  paintLabels(context, cells, content, theme);
  const marked = cells.find(({ at }) => at === selected);
  if (marked === undefined || marked.depth === 0) return;
  context.strokeStyle = theme.focus;
  context.lineWidth = 3;
  context.strokeRect(marked.x + 1.5, marked.y + 1.5, Math.max(0, marked.width - 3), Math.max(0, marked.height - 3));
}

function paintLeaf(context: CanvasRenderingContext2D, cell: Cell, content: Paintable, theme: Theme, hatches: Hatches): void {
  const { at, x, y, width, height } = cell;
  const isDimmed = content.matches !== null && !content.matches(at);
  context.globalAlpha = isDimmed ? 0.18 : 1;
  context.fillStyle = content.color(at);
  context.fillRect(x, y, width, height);
  const part = content.hatched(at);
  if (part > 0) {
    // Beside the live part, along the longer side, so that areas stay proportional to bytes.
    const [w, h] = width >= height ? [width * part, height] : [width, height * part];
    const [left, top] = [x + width - w, y + height - h];
    context.fillStyle = theme.wasteGround;
    context.fillRect(left, top, w, h);
    context.fillStyle = hatches.of(content.hatchColor(at));
    context.fillRect(left, top, w, h);
  }
  context.globalAlpha = 1;
}

/** Thin borders between files, thicker ones between directories of the first levels. */
function paintBorders(context: CanvasRenderingContext2D, cells: readonly Cell[], theme: Theme): void {
  context.strokeStyle = theme.line;
  for (const [depth, thickness] of [
    [Number.POSITIVE_INFINITY, 0.6],
    [2, 1.6],
    [1, 3],
  ] as const) {
    context.lineWidth = thickness;
    context.beginPath();
    for (const cell of cells) {
      if (cell.depth === 0 || Math.min(cell.width, cell.height) < 3) continue;
      if (depth === Number.POSITIVE_INFINITY ? cell.depth > 2 : cell.depth === depth) context.rect(cell.x, cell.y, cell.width, cell.height);
    }
    context.stroke();
  }
}

function paintLabels(context: CanvasRenderingContext2D, cells: readonly Cell[], content: Paintable, theme: Theme): void {
  context.textBaseline = "middle";
  /** Height in pixels that directory names already take below a corner. */
  const taken = new Map<string, number>();
  for (const depth of [1, 2])
    for (const cell of cells) if (!cell.isLeaf && cell.depth === depth) directoryLabel(context, cell, content, theme, taken);
  for (const cell of cells) if (cell.isLeaf) leafLabel(context, cell, content, theme, taken.get(cornerOf(cell)) ?? 0);
}

function cornerOf({ x, y }: Cell): string {
  return `${Math.round(x)} ${Math.round(y)}`;
}

function leafLabel(context: CanvasRenderingContext2D, cell: Cell, content: Paintable, theme: Theme, taken: number): void {
  const { at, x, y, width, height } = cell;
  if (width < 44 || height < taken + 18) return;
  if (content.matches !== null && !content.matches(at)) return;
  const size = width > 160 && height > 60 ? 13 : 11;
  context.font = `${size}px ${font}`;
  const text = fit(context, content.label(at), width - 10);
  if (text === "") return;
  if (content.hatched(at) > 0.3) pill(context, x + 4, y + height - size - 8, context.measureText(text).width + 8, size + 6, theme);
  context.fillStyle = theme.text;
  context.fillText(text, x + 8 - (content.hatched(at) > 0.3 ? 0 : 2), y + height - size / 2 - 5);
}

function directoryLabel(context: CanvasRenderingContext2D, cell: Cell, content: Paintable, theme: Theme, taken: Map<string, number>): void {
  const { at, x, y, width, height, depth } = cell;
  const above = taken.get(cornerOf(cell)) ?? 3;
  if (width < 52 || height < above + 22) return;
  const size = depth === 1 ? 12.5 : 11;
  context.font = `${depth === 1 ? 600 : 500} ${size}px ${font}`;
  const name = content.label(at);
  const note = `  ${content.note(at)}`;
  const whole = context.measureText(name + note).width;
  const text = whole <= width - 18 ? name + note : fit(context, name, width - 18);
  if (text === "") return;
  const top = y + above + 2;
  taken.set(cornerOf(cell), above + size + 9);
  pill(context, x + 5, top, context.measureText(text).width + 12, size + 7, theme);
  context.fillStyle = theme.text;
  context.fillText(text, x + 11, top + (size + 7) / 2 + 0.5);
}

function pill(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, theme: Theme): void {
  context.fillStyle = theme.label;
  context.beginPath();
  context.roundRect(x, y, width, height, 5);
  context.fill();
}

/** As much of the text as fits, with an ellipsis; "" when that would be too short to be useful. */
function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let [low, high] = [0, Math.min(text.length, 80)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? "" : `${text.slice(0, low)}…`;
}

/** Diagonal stripes, one pattern per colour. */
class Hatches {
  readonly #context: CanvasRenderingContext2D;
  readonly #theme: Theme;
  readonly #patterns = new Map<string, CanvasPattern | string>();

  constructor(context: CanvasRenderingContext2D, theme: Theme) {
    this.#context = context;
    this.#theme = theme;
  }

  of(color: string): CanvasPattern | string {
    let pattern = this.#patterns.get(color);
    if (pattern === undefined) this.#patterns.set(color, (pattern = this.#make(color)));
    return pattern;
  }

  #make(color: string): CanvasPattern | string {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const context = tile.getContext("2d");
    if (context === null) return this.#theme.waste;
    context.strokeStyle = color;
    context.lineWidth = 2.2;
    context.beginPath();
    for (const from of [-8, 0, 8]) {
      context.moveTo(from - 1, 9);
      context.lineTo(from + 9, -1);
    }
    context.stroke();
    return this.#context.createPattern(tile, "repeat") ?? color;
  }
}
