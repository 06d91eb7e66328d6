/** Which history row made which layer (OCI image-spec, config.md § history). */
import type { HistoryEntry } from "./config.ts";
import type { Warning } from "./warning.ts";

export interface LayerHistory {
  /** One per layer, bottom first; null where history does not say. */
  readonly rows: readonly (HistoryEntry | null)[];
  readonly warning: Warning | null;
}

/**
 * Matches rows with layers; a row with `empty_layer` made none. History is optional and often edited by hand: when it does not account
 * for exactly these layers, no layer is given a row, because a command shown at the wrong layer is worse than none.
 */
export function historyOfLayers(history: readonly HistoryEntry[], layerCount: number): LayerHistory {
  const filled = history.filter((row) => row.emptyLayer !== true);
  if (filled.length === layerCount) return { rows: filled, warning: null };
  const rows = Array.from({ length: layerCount }, () => null);
  if (history.length === 0) return { rows, warning: null };
  return {
    rows,
    warning: {
      code: "history-mismatch",
      message: `the history has rows for ${filled.length} ${filled.length === 1 ? "layer" : "layers"}, the image has ${layerCount}; no layer is given a command`,
    },
  };
}
