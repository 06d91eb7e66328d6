/** What keys do in the panes beside the files: the layers, the details, the image. */
import type { Effects } from "../../effects.ts";
import { filesIntent } from "./files.ts";
import { viewChanged } from "./go-to.ts";
import type { Intent } from "../keymap.ts";
import { moveList, scrollDocument } from "./list.ts";
import type { AppState, Pane } from "../../state.ts";

const leftPanes: readonly Pane[] = ["layers", "details", "image"];

export function leftIntent(state: AppState, effects: Effects, intent: Intent): void {
  const { layers } = state;
  switch (intent) {
    case "left":
    case "right": {
      const at = leftPanes.indexOf(state.focus) + (intent === "right" ? 1 : -1);
      state.focus = leftPanes[Math.max(0, Math.min(at, leftPanes.length - 1))]!;
      return;
    }
    case "open":
      state.focus = "files";
      return;
    case "compare-all":
    case "compare-layer":
      layers.mode = intent === "compare-all" ? "aggregated" : "layer";
      viewChanged(state, effects);
      return;
    case "compare-range":
      layers.toggleRange();
      viewChanged(state, effects);
      return;
    case "search":
    case "search-next":
    case "search-previous":
      state.focus = "files";
      filesIntent(state, effects, intent);
      return;
    case "copy": {
      const layer = state.image?.layers[layers.selected];
      if (layer !== undefined) effects.copy(layer.digest ?? layer.diffId);
      return;
    }
    default:
      break;
  }
  if (state.focus === "layers") {
    if (moveList(layers.cursor, intent, layers.count)) {
      viewChanged(state, effects);
      state.files.toChanged();
    }
  } else if (state.focus === "details") scrollDocument(state.details, intent, state.detailLines);
  else scrollDocument(state.imagePane, intent, state.imageLines);
}
