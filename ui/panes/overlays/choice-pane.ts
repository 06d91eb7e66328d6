/** Short lists to choose from, over the tab: versions of a file, platforms of the image, images of the archive. */
import { formatVersionedPlatform } from "../../../src/image/platform.ts";
import { textWidth, truncate } from "../../../src/terminal/width.ts";
import type { AppState, Chooser } from "../../state.ts";
import type { Attr } from "../../terminal/attr.ts";
import { pad, truncateMiddle } from "../../terminal/surface.ts";
import type { Region } from "../../terminal/surface.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import type { ListCursor } from "../../viewmodel/list-cursor.ts";
import { cursorWash, onCursor, pane, scrollbar, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";

interface Choice {
  readonly title: string;
  readonly footer: string;
  readonly rows: readonly { readonly text: string; readonly isMarked: boolean; readonly attr: Attr }[];
  readonly cursor: ListCursor;
}

const leastWidth = 50;
/** Columns that names always keep, and those of a row that hold neither name nor platform. */
const leastTitle = 16;
const aroundText = 10;

export function paintVersions(paint: Paint, body: Region, { title, labels, first, cursor }: Chooser): void {
  const footer = first === null ? "enter: the older one first" : "enter: and the one to compare with";
  const rows = labels.map((text, index) => ({ text, isMarked: index === first, attr: paint.theme.text }));
  paintChoice(paint, body, { title, footer, rows, cursor });
}

export function paintOffered(paint: Paint, body: Region, state: AppState, cursor: ListCursor): void {
  const { text, dim } = paint.theme;
  const shown = state.shownOffer;
  const ends = state.offered.map(({ platform, isAbsent }) => {
    const of = platform === null ? "" : safe(formatVersionedPlatform(platform));
    return `${of}${isAbsent ? "  listed, its content is not there" : ""}`;
  });
  const titles = state.offered.map(({ title }) => (title === null ? "" : safe(title)));
  const room = Math.max(leastTitle, body.width - 4 - aroundText - widest(ends));
  const width = Math.min(widest(titles), room);
  const rows = state.offered.map(({ isAbsent }, index) => ({
    // Names from one repository differ at their ends.
    text: `${width === 0 ? "" : `${pad(truncateMiddle(titles[index]!, width), width)}  `}${ends[index]!}`,
    isMarked: index === shown,
    attr: isAbsent ? dim : text,
  }));
  const title = state.offersImages ? "Images to choose from" : `Platforms of ${state.image?.reference ?? state.name}`;
  paintChoice(paint, body, { title, footer: "enter opens   esc closes", rows, cursor });
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), 0);
}

function paintChoice(paint: Paint, body: Region, { title, footer, rows, cursor }: Choice): void {
  const { theme } = paint;
  const width = Math.min(body.width - 4, Math.max(leastWidth, ...rows.map(({ text }) => textWidth(text) + 8)));
  const height = Math.min(body.height - 2, rows.length + 2);
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor((body.height - height) / 2), width, height);
  const inside = pane(paint, frame, [[safe(title)]], true, [[footer, theme.dim]]);
  cursor.fit(inside.height, rows.length);
  for (let y = 0; y < inside.height; y += 1) {
    const index = cursor.scroll + y;
    const row = rows[index];
    const wash = cursorWash(theme, row !== undefined && index === cursor.index, true);
    const text = row === undefined ? "" : ` ${row.isMarked ? "● " : "  "}${truncate(row.text, inside.width - 3)}`;
    inside.line(y, [[text, onCursor(theme, row?.attr ?? theme.text, wash)]], theme.text, wash);
  }
  scrollbar(paint, frame, cursor, rows.length);
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(cursor.scroll, inside.height, rows.length) },
  });
}
