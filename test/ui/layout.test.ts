import { expect, it } from "vitest";

import { bodyOf, filesLayout } from "../../ui/layout.ts";

it.each([
  [80, 24],
  [100, 30],
  [120, 40],
])("one command of 10 kB among 127 layers leaves the layers at least a third of the column at %i × %i", (width, height) => {
  const body = bodyOf(width, height);
  const layout = filesLayout(body, "layers", { layers: 130, details: 260 });
  expect(layout.layers!.height).toBeGreaterThanOrEqual(Math.floor(body.height / 3));
  expect(layout.details!.height).toBeGreaterThanOrEqual(8);
  const rows = (["layers", "details", "image"] as const).reduce((sum, pane) => sum + (layout[pane]?.height ?? 0), 0);
  expect(rows).toBe(body.height);
});
