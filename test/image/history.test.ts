import { describe, expect, it } from "vitest";

import { historyOfLayers } from "../../src/image/history.ts";

const row = (createdBy: string, emptyLayer = false) => (emptyLayer ? { createdBy, emptyLayer } : { createdBy });

describe("history rows and layers", () => {
  it("walks past rows that made no layer", () => {
    const { rows, warning } = historyOfLayers([row("ADD"), row("ENV", true), row("RUN"), row("CMD", true)], 2);
    expect(rows.map((r) => r?.createdBy)).toEqual(["ADD", "RUN"]);
    expect(warning).toBeNull();
  });

  it.each([
    ["too short", [row("ADD")], 2],
    ["too long", [row("ADD"), row("RUN"), row("RUN")], 2],
    ["all empty", [row("ENV", true), row("CMD", true)], 2],
  ])("shifts no command when the history is %s", (_, history, layers) => {
    const mapped = historyOfLayers(history, layers);
    expect(mapped.rows).toEqual([null, null]);
    expect(mapped.warning?.code).toBe("history-mismatch");
  });

  it("says nothing about an image without history", () => {
    expect(historyOfLayers([], 1)).toEqual({ rows: [null], warning: null });
  });
});
