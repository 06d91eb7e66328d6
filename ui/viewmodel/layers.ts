/** The layers pane: which layers the view covers, and how. */
import { ListCursor } from "./list-cursor.ts";
import type { View } from "./view.ts";

export type CompareMode = "layer" | "aggregated" | "range";

/** The role of a layer in the view: compared with, shown, or neither. */
export type LayerRole = "base" | "shown" | "outside";

export class LayersModel {
  readonly cursor = new ListCursor();
  count = 0;
  mode: CompareMode = "layer";
  /** The other end of the range. */
  anchor = 0;

  get selected(): number {
    return this.cursor.index;
  }

  /** The layers that the files pane compares. dive's aggregate leaves the bottom layer out of what is shown as changed. */
  get view(): View {
    const top = this.selected;
    switch (this.mode) {
      case "layer":
        return { base: top - 1, top };
      case "aggregated":
        return { base: top === 0 ? -1 : 0, top };
      case "range":
        return { base: Math.min(this.anchor, top) - 1, top: Math.max(this.anchor, top) };
    }
  }

  role(layer: number): LayerRole {
    const { base, top } = this.view;
    return layer <= base ? "base" : layer <= top ? "shown" : "outside";
  }

  /** Starts a range at the selected layer, or ends it. */
  toggleRange(): void {
    if (this.mode === "range") this.mode = "layer";
    else {
      this.mode = "range";
      this.anchor = this.selected;
    }
  }
}
