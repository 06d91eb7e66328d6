/** Which pane stands where. Panes adapt and fold; below 60 × 20 nothing fits. */
import type { Pane } from "./state.ts";
import type { Rect } from "./terminal/surface.ts";

export const leastWidth = 60;
export const leastHeight = 20;
/** dive folds its left column below this too. */
const twoColumns = 90;

export type FilesLayout = Readonly<Partial<Record<Pane, Rect>>>;

export interface ListLayout {
  readonly list: Rect;
  readonly details: Rect;
}

/** The rows between tab bar and status line. */
export function bodyOf(width: number, height: number): Rect {
  return { x: 0, y: 1, width, height: height - 2 };
}

/** The Files tab. With little room only the focused side is shown, with little height only some of the left panes. */
export function filesLayout(body: Rect, focus: Pane): FilesLayout {
  if (body.width < twoColumns) {
    if (focus === "files") return { files: body };
    return leftColumn(body, focus);
  }
  const left = Math.min(76, Math.floor(body.width * 0.44));
  return {
    ...leftColumn({ ...body, width: left }, focus),
    files: { ...body, x: body.x + left, width: body.width - left },
  };
}

function leftColumn(column: Rect, focus: Pane): FilesLayout {
  const { height } = column;
  const image = height >= 40 ? 17 : height >= 30 ? 13 : height >= 24 ? 9 : focus === "image" ? 9 : 0;
  const details = height >= 34 ? 10 : height >= 24 ? 8 : focus === "image" ? 0 : 7;
  const layers = height - image - details;
  const stack: [Pane, number][] = [
    ["layers", layers],
    ["details", details],
    ["image", image],
  ];
  const layout: Partial<Record<Pane, Rect>> = {};
  let { y } = column;
  for (const [pane, rows] of stack) {
    if (rows > 0) layout[pane] = { ...column, y, height: rows };
    y += rows;
  }
  return layout;
}

/** The other tabs: a list with details beside it, or below where there is no room beside. */
export function listLayout(body: Rect): ListLayout {
  if (body.width >= 110) {
    const list = Math.floor(body.width * 0.6);
    return { list: { ...body, width: list }, details: { ...body, x: body.x + list, width: body.width - list } };
  }
  const details = Math.max(7, Math.min(12, Math.floor(body.height * 0.35)));
  return {
    list: { ...body, height: body.height - details },
    details: { ...body, y: body.y + body.height - details, height: details },
  };
}
