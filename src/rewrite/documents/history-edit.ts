/** The history of a rewritten image (OCI image-spec, config.md § history): rows must match layers, even if the original's did not. */
import { historyOfLayers } from "../../image/history.ts";
import type { ImageConfig } from "../../image/config.ts";
import { clampText, redactNode } from "./config-edit.ts";
import { jsonNode, member, parseJsonDocument, plainValue, removeMember, setMember } from "./json-document.ts";
import type { JsonNode, JsonObject } from "./json-document.ts";
import type { HistoryMode } from "../plan/plan.ts";

export interface HistoryChange {
  readonly mode: HistoryMode;
  /** Layers from the bottom that keep their row. */
  readonly keptLayers: number;
  readonly layerCount: number;
  /** `created_by` of each new layer, bottom first. */
  readonly newLayers: readonly string[];
  /** Masks secrets in a text. */
  readonly redact: (text: string) => string;
  readonly clampTime: number | null;
  /** The time of the new rows; null leaves it out. */
  readonly created: string | null;
}

/** The new `history` array. Rows of replaced layers stay, marked as empty layers (`keep`, `redact`), or are removed (`collapse`). */
export function editHistory(configBytes: Buffer, config: ImageConfig, change: HistoryChange): JsonNode {
  const rows = historyRows(configBytes);
  const matches = historyOfLayers(config.history, change.layerCount).rows.every((row) => row !== null);
  const items = matches ? keepRows(rows, change) : replaceRows(rows, change);
  for (const createdBy of change.newLayers) {
    const created = change.created === null ? {} : { created: clampText(change.created, change.clampTime) };
    items.push(jsonNode({ ...created, created_by: createdBy }));
  }
  for (const item of items) if (item.kind === "object") clampRow(item, change.clampTime);
  const history: JsonNode = { kind: "array", items };
  return change.mode === "redact" ? redactNode(history, change.redact) : history;
}

function historyRows(configBytes: Buffer): JsonObject[] {
  const root = parseJsonDocument(configBytes, "the image config");
  const history = root.kind === "object" ? member(root, "history") : null;
  return history?.kind === "array" ? history.items.filter((item) => item.kind === "object") : [];
}

function isEmptyLayer(row: JsonObject): boolean {
  const value = member(row, "empty_layer");
  return value !== null && plainValue(value) === true;
}

function keepRows(rows: readonly JsonObject[], { mode, keptLayers }: HistoryChange): JsonNode[] {
  const items: JsonNode[] = [];
  let layer = 0;
  for (const row of rows) {
    const kept = layer < keptLayers;
    if (!isEmptyLayer(row)) {
      layer += 1;
      if (!kept) setMember(row, "empty_layer", jsonNode(true));
    }
    if (kept || mode !== "collapse") items.push(row);
  }
  return items;
}

/** The old rows do not match the layers: they are kept as empty layers, and each kept layer gets a row that says `unknown`. */
function replaceRows(rows: readonly JsonObject[], { mode, keptLayers }: HistoryChange): JsonNode[] {
  const items: JsonNode[] = [];
  if (mode !== "collapse") {
    for (const row of rows) {
      removeMember(row, "empty_layer");
      setMember(row, "empty_layer", jsonNode(true));
      items.push(row);
    }
  }
  for (let layer = 0; layer < keptLayers; layer += 1) items.push(jsonNode({ created_by: "unknown" }));
  return items;
}

function clampRow(row: JsonObject, clampTime: number | null): void {
  const created = member(row, "created");
  const text = created === null ? null : plainValue(created);
  if (typeof text === "string" && clampText(text, clampTime) !== text) setMember(row, "created", jsonNode(clampText(text, clampTime)));
}
