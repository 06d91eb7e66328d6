/** Where each pane goes. Panes adapt and fold; below 60 × 20 nothing fits. */
import type { Pane } from "./state.ts";
import type { Rect } from "./terminal/surface.ts";

export const leastWidth = 60;
export const leastHeight = 20;
/** dive also folds its left column below this width. */
const twoColumns = 90;

export type FilesLayout = Readonly<Partial<Record<Pane, Rect>>>;

export interface ListLayout {
  readonly list: Rect;
  readonly details: Rect;
}

/** The area between tab bar and status line. */
export function bodyOf(width: number, height: number): Rect {
  return { x: 0, y: 1, width, height: height - 2 };
}

/** How many rows the panes of the left column could use, borders included. */
export interface Wanted {
  readonly layers: number;
  readonly details: number;
}

/** The left column's default share of the width. */
export const usualLeft = 0.44;
const leastLeft = 36;
const leastFiles = 44;

/** Width of the left column; null when there is room for only one column. */
export function leftWidth(width: number, part: number): number | null {
  if (width < twoColumns) return null;
  return Math.max(leastLeft, Math.min(width - leastFiles, Math.floor(width * part)));
}

/** The Files tab. A narrow terminal shows only the focused side, a low one only some of the left panes. */
export function filesLayout(body: Rect, focus: Pane, wanted: Wanted, part = usualLeft): FilesLayout {
  const left = leftWidth(body.width, part);
  if (left === null) return focus === "files" ? { files: body } : leftColumn(body, focus, wanted);
  return {
    ...leftColumn({ ...body, width: left }, focus, wanted),
    files: { ...body, x: body.x + left, width: body.width - left },
  };
}

/** Rows for the image's figures alone, and with a readable chart. */
const imageRows = { least: 7, most: 19 } as const;

/** Rows for the details with a command of three lines. */
const usualDetails = 11;

function leftColumn(column: Rect, focus: Pane, wanted: Wanted): FilesLayout {
  const { height } = column;
  const rows = { layers: 6, details: 6, image: height >= 26 || focus === "image" ? imageRows.least : 0 };
  let spare = height - rows.layers - rows.details - rows.image;
  const give = (pane: Pane & keyof typeof rows, most: number): void => {
    const more = Math.max(0, Math.min(spare, most - rows[pane]));
    rows[pane] += more;
    spare -= more;
  };
  // First a command of usual length, then the layers, a long command, and the chart; the layers get the rest.
  give("details", Math.min(wanted.details, usualDetails, Math.floor(height * 0.45)));
  give("layers", Math.min(wanted.layers, Math.floor(height * 0.5)));
  give("details", Math.min(wanted.details, Math.floor(height * 0.45)));
  give("layers", Math.min(wanted.layers, Math.floor(height * 0.6)));
  if (rows.image > 0) give("image", imageRows.most);
  give("details", wanted.details);
  give("layers", height);
  const layout: Partial<Record<Pane, Rect>> = {};
  let { y } = column;
  for (const pane of ["layers", "details", "image"] as const) {
    if (rows[pane] > 0) layout[pane] = { ...column, y, height: rows[pane] };
    y += rows[pane];
  }
  return layout;
}

/**
 * The other tabs: a list with details beside it, or below it in a narrow terminal.
 * @param below the details' share of the height when below
 */
export function listLayout(body: Rect, below = 0.45): ListLayout {
  if (body.width >= 110) {
    const list = Math.floor(body.width * 0.6);
    return { list: { ...body, width: list }, details: { ...body, x: body.x + list, width: body.width - list } };
  }
  const details = Math.max(7, Math.min(14, Math.floor(body.height * below)));
  return {
    list: { ...body, height: body.height - details },
    details: { ...body, y: body.y + body.height - details, height: details },
  };
}
