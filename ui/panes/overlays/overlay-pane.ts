/** What lies over the tabs: the viewer, the diff, the help, a choice of versions, what is waited for. */
import { textWidth, truncate } from "../../../src/terminal/width.ts";
import { bodyOf } from "../../layout.ts";
import type { AppState, Chooser, Overlay } from "../../state.ts";
import type { Region } from "../../terminal/surface.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import { cursorWash, pane, windowRows } from "../paint.ts";
import type { Paint } from "../paint.ts";
import { paintFailure } from "./failure-pane.ts";
import { paintHelp } from "./help-pane.ts";
import { paintPicker } from "./picker-pane.ts";
import { paintDiff, paintViewer } from "./viewer-pane.ts";

export function paintOverlay(paint: Paint, screen: Region, state: AppState, overlay: Overlay): void {
  const body = bodyOf(screen.width, screen.height);
  const full = screen.sub(body.x, body.y, body.width, body.height);
  switch (overlay.kind) {
    case "viewer":
      return paintViewer(paint, full, overlay.model);
    case "diff":
      return paintDiff(paint, full, overlay.model);
    case "picker":
      return paintPicker(paint, full, overlay.model, Date.now());
    case "failure":
      return paintFailure(paint, full, state);
    case "help":
      return paintHelp(paint, full, overlay.cursor, overlay.contexts);
    case "chooser":
      return paintChooser(paint, full, overlay);
    case "busy":
      return paintBusy(paint, full, overlay.text, state);
  }
}

function paintChooser(paint: Paint, body: Region, chooser: Chooser): void {
  const { theme } = paint;
  const width = Math.min(body.width - 4, Math.max(50, ...chooser.labels.map((label) => textWidth(label) + 8)));
  const height = Math.min(body.height - 2, chooser.labels.length + 2);
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor((body.height - height) / 2), width, height);
  const footer = chooser.first === null ? "enter: the older one first" : "enter: and the one to compare with";
  const inside = pane(paint, frame, [[safe(chooser.title)]], true, [[footer, theme.dim]]);
  chooser.cursor.fit(inside.height, chooser.labels.length);
  for (let y = 0; y < inside.height; y += 1) {
    const index = chooser.cursor.scroll + y;
    const label = chooser.labels[index];
    const mark = index === chooser.first ? "● " : "  ";
    inside.line(
      y,
      label === undefined ? [] : [[` ${mark}${truncate(label, inside.width - 3)}`, theme.text]],
      theme.text,
      cursorWash(theme, index === chooser.cursor.index, true),
    );
  }
  paint.hits.push({
    rect: inside.rect,
    target: { kind: "rows", list: "overlay", rows: windowRows(chooser.cursor.scroll, inside.height, chooser.labels.length) },
  });
}

function paintBusy(paint: Paint, body: Region, text: string, state: AppState): void {
  const shown = truncate(safe(text), body.width - 10);
  const width = textWidth(shown) + 6;
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor(body.height / 2) - 1, width, 3);
  pane(paint, frame, [], state.overlay !== null).text(2, 0, shown, paint.theme.text);
}
