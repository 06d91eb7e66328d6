/** Everything shown over the tabs: viewer, diff, help, choices, and what is being waited for. */
import { textWidth, truncate } from "../../../src/terminal/width.ts";
import { bodyOf } from "../../layout.ts";
import type { AppState, Overlay } from "../../state.ts";
import type { Region } from "../../terminal/surface.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import { pane } from "../paint.ts";
import type { Paint } from "../paint.ts";
import { paintOffered, paintVersions } from "./choice-pane.ts";
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
      return paintVersions(paint, full, overlay);
    case "offered":
      return paintOffered(paint, full, state, overlay.cursor);
    case "busy":
      return paintBusy(paint, full, overlay.text, state);
  }
}

function paintBusy(paint: Paint, body: Region, text: string, state: AppState): void {
  const shown = truncate(safe(text), body.width - 10);
  const width = textWidth(shown) + 6;
  const frame = body.sub(Math.floor((body.width - width) / 2), Math.floor(body.height / 2) - 1, width, 3);
  pane(paint, frame, [], state.overlay !== null).text(2, 0, shown, paint.theme.text);
}
