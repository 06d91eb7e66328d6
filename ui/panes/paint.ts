/** What all panes paint with. */
import { plural } from "../../src/terminal/format-bytes.ts";
import { background, over, plain } from "../terminal/attr.ts";
import type { Attr } from "../terminal/attr.ts";
import type { Intent, Keymap } from "../keys/keymap.ts";
import type { AppState, Pane, Tab } from "../state.ts";
import type { Region } from "../terminal/surface.ts";
import type { Rect, Span } from "../terminal/surface.ts";
import type { Theme } from "../terminal/theme.ts";
import type { Line } from "../viewmodel/documents/document.ts";
import type { ListCursor } from "../viewmodel/list-cursor.ts";

/** What a click lands on. */
export type HitTarget =
  | { readonly kind: "tab"; readonly tab: Tab }
  /** Rows of a list: the row clicked is `rows[y - rect.y]`. */
  | { readonly kind: "rows"; readonly list: Pane | "tab" | "overlay"; readonly rows: readonly number[] }
  | { readonly kind: "pane"; readonly list: Pane | "tab" | "overlay" }
  | { readonly kind: "sort" }
  /** The border between the two sides of the Files tab, which can be dragged. */
  | { readonly kind: "border" }
  /** The same as the key that is shown there. */
  | { readonly kind: "intent"; readonly intent: Intent };

export interface Hit {
  readonly rect: Rect;
  readonly target: HitTarget;
}

/** Where widgets of blessed-contrib go, and what they show. */
export interface WidgetRequest {
  gauge: { readonly rect: Rect; readonly ratio: number } | null;
}

export interface Paint {
  readonly theme: Theme;
  readonly keymap: Keymap;
  readonly hits: Hit[];
  readonly widgets: WidgetRequest;
}

export function toSpans(line: Line, theme: Theme): Span[] {
  return line.map(([text, role]) => [text, theme[role ?? "text"]]);
}

/** Draws a pane's border and returns the region inside. */
export function pane(
  paint: Paint,
  region: Region,
  title: readonly Span[],
  focused: boolean,
  footer: readonly Span[] = [],
  leftFooter: readonly Span[] = [],
): Region {
  const { theme } = paint;
  region.fill(theme.text);
  const titled = title.map(([text, attr]): Span => [text, attr ?? (focused ? theme.titleFocused : theme.title)]);
  return region.frame(titled, focused ? theme.borderFocused : theme.border, footer, leftFooter);
}

/** The cursor bar's look for a row. */
export function cursorWash(theme: Theme, isSelected: boolean, focused: boolean): Attr {
  return isSelected ? (focused ? theme.cursor : theme.cursorIdle) : plain;
}

/** Dim text would be unreadable on a coloured cursor bar, so it takes the bar's own colours there. */
export function onCursor(theme: Theme, attr: Attr, wash: Attr): Attr {
  return attr === theme.dim && background(wash) !== background(plain) ? theme.text : over(attr, plain);
}

/** A bar drawn to an eighth of a column: `███▌`. */
export function horizontalBar(ratio: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, ratio)) * width * 8);
  const full = Math.floor(eighths / 8);
  const rest = eighths % 8;
  const bar = "█".repeat(full) + (rest > 0 ? "▏▎▍▌▋▊▉"[rest - 1] : "");
  return (bar === "" && ratio > 0 ? "▏" : bar).padEnd(width);
}

/** The region without its outermost columns, as margins for text. */
export function padded(region: Region): Region {
  return region.sub(1, 0, region.width - 2, region.height);
}

/** Shows how far a list is scrolled, in the right border. */
export function scrollbar(paint: Paint, frame: Region, cursor: Pick<ListCursor, "scroll" | "height">, count: number, focused = true): void {
  const track = frame.height - 2;
  if (count <= cursor.height || track < 3) return;
  const length = Math.max(1, Math.floor((cursor.height / count) * track));
  const top = Math.round((cursor.scroll / Math.max(1, count - cursor.height)) * (track - length));
  for (let i = 0; i < length; i += 1)
    frame.text(frame.width - 1, 1 + top + i, "┃", focused ? paint.theme.borderFocused : paint.theme.title);
}

/** Paints lines of a document from a scroll position. */
export function paintLines(paint: Paint, region: Region, lines: readonly Line[], scroll: number): void {
  for (let y = 0; y < region.height; y += 1) region.line(y, toSpans(lines[scroll + y] ?? [], paint.theme), paint.theme.text);
}

/**
 * Fits the scroll position to the lines about the row under the cursor.
 * @param of identifies that row; for another row than before, scrolling starts at the top
 */
export function fitDetails(state: AppState, of: string, lines: number, height: number): void {
  const { details } = state;
  if (state.detailsOf !== of) details.scroll = 0;
  state.detailsOf = of;
  state.detailLines = lines;
  details.height = height;
  details.scroll = Math.max(0, Math.min(details.scroll, lines - height));
}

/** What is known about the row under the cursor of a list. The footer says how much more there is, and which key scrolls to it. */
export function paintAbout(paint: Paint, region: Region, state: AppState, row: number, linesFor: (width: number) => readonly Line[]): void {
  const lines = linesFor(region.width - 4);
  const height = region.height - 2;
  fitDetails(state, `${state.tab} ${row}`, lines.length, height);
  const left = lines.length - height - state.details.scroll;
  const footer: Span[] =
    left > 0
      ? [
          [paint.keymap.keyFor("details-down"), paint.theme.key],
          [` ${plural(left, "line")} more`, paint.theme.dim],
        ]
      : [];
  paintLines(paint, padded(pane(paint, region, [["Details"]], false, footer)), lines, state.details.scroll);
  scrollbar(paint, region, state.details, lines.length, false);
  paint.hits.push({ rect: region.rect, target: { kind: "pane", list: "details" } });
}

/** The row numbers visible in a window, for a hit. */
export function windowRows(scroll: number, height: number, count: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(height, count - scroll)) }, (_, i) => scroll + i);
}
