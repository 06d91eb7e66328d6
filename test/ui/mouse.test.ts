import { expect, it } from "vitest";

import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import type { ShownApp } from "../helpers/screen/shown-app.ts";

async function withLayers(kept: number[]): Promise<ShownApp> {
  const memory = {
    left: () => null,
    keepLeft: (_columns: number, _rows: number, part: number) => void kept.push(part),
    keepRecent: () => {},
  };
  const shown = await showApp(120, 30, { memory });
  shown.session.listener!.onImage(imageOf(9));
  await shown.terminal.untilText("RUN step 8");
  return shown;
}

/** Column of the border between the two sides. */
const borderOf = ({ terminal }: ShownApp): number => terminal.row(1).indexOf("┐┌");
const at = (button: number, x: number, y: number, final = "M"): string => `\x1b[<${button};${x + 1};${y + 1}${final}`;

it("the border between the two sides follows the mouse, as far as both have room, and is remembered where it is let go", async () => {
  const kept: number[] = [];
  const shown = await withLayers(kept);
  const { terminal } = shown;
  const before = borderOf(shown);
  terminal.press(at(0, before, 12), at(32, before + 10, 14));
  await terminal.until("a wider left side", () => borderOf(shown) === before + 10);
  expect(kept).toEqual([]);
  terminal.press(at(32, 119, 14));
  await terminal.until("no more than there is room", () => borderOf(shown) === 75);
  terminal.press(at(32, before - 5, 0), at(0, before - 5, 0, "m"));
  await terminal.until("a narrower one", () => borderOf(shown) === before - 5);
  expect(kept).toHaveLength(1);
  terminal.press(at(32, 90, 12), at(35, 90, 12), "G");
  await terminal.until("the last layer", (screen) => screen.text().includes("RUN step 8"));
  expect(borderOf(shown)).toBe(before - 5);
});

it("dragging over rows, from the border into a box, or off the screen, does nothing but what the first click did", async () => {
  const kept: number[] = [];
  const shown = await withLayers(kept);
  const { terminal, app } = shown;
  terminal.press(at(0, 10, 4));
  const { index } = app.state.layers.cursor;
  for (let y = 0; y < 40; y += 1) terminal.press(at(32, 10 + y * 7, y));
  terminal.press(at(0, 400, 90, "m"));
  expect([app.state.layers.cursor.index, app.state.tab, app.state.overlay]).toEqual([index, "files", null]);
  const before = borderOf(shown);
  terminal.press("?", at(0, before, 12), at(32, 90, 12), at(0, 90, 12, "m"), "\x1b");
  await terminal.until("the layers again", () => borderOf(shown) === before);
  expect(kept).toEqual([]);
});
