import { expect, it } from "vitest";

import { textWidth } from "../../../src/terminal/width.ts";
import { ViewerModel } from "../../../ui/viewmodel/viewer.ts";

function shown(model: ViewerModel, index: number): string {
  const { text, from, to } = model.row(index);
  return text.slice(from, to);
}

it("does not scroll sideways past the longest line in sight, where only empty rows would be left", () => {
  const model = new ViewerModel("/a", Buffer.from("short\nabcdefghijklmnop\n"), 23);
  model.cursor.fit(10, model.count);
  for (let i = 0; i < 9; i += 1) model.scrollColumns(8);
  expect(shown(model, 1)).toBe("p");
  model.scrollColumns(-8);
  expect(shown(model, 1)).toBe("hijklmnop");
  model.scrollColumns(-8);
  expect(model.column).toBe(0);
});

it("wrapped, every row holds what fits, and all rows together the text: wide, combining and plain characters alike", () => {
  const lines = ["", "x".repeat(10), "x".repeat(11), "漢字".repeat(9), "e\u0301".repeat(12), "a😀".repeat(8), "日a".repeat(7)];
  const model = new ViewerModel("/a", Buffer.from(lines.join("\n")), 1);
  model.fitWidth(10);
  model.toggleWrap();
  const rows = Array.from({ length: model.count }, (_, index) => shown(model, index));
  expect(Math.max(...rows.map((row) => textWidth(row)))).toBe(10);
  expect(rows.join("")).toBe(lines.join(""));
  const places = rows.map((_, index) => model.row(index).line);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it("wrapping keeps the place, as do another width and wrapping no more", () => {
  const model = new ViewerModel("/a", Buffer.from(`${"first ".repeat(40)}\n${"second ".repeat(40)}needle ${"more ".repeat(40)}\nlast`), 1);
  model.fitWidth(30);
  model.query = "needle";
  expect(model.find(1, true)).toBe(true);
  expect(shown(model, model.cursor.index)).toContain("needle");
  model.toggleWrap();
  expect(model.row(model.cursor.index).line).toBe(1);
  model.find(1, true);
  const { from } = model.row(model.cursor.index);
  model.fitWidth(17);
  expect(model.row(model.cursor.index).from).toBeLessThanOrEqual(from);
  expect(model.row(model.cursor.index).to).toBeGreaterThan(from);
  model.toggleWrap();
  expect([model.cursor.index, model.column > 100]).toEqual([1, true]);
});

it("the-second-match-in-a-line: the search goes on behind what is in sight, both ways, wrapped or not", () => {
  const line = `${"needle".padEnd(100)}needle${" ".repeat(100)}needle`;
  for (const isWrapped of [false, true]) {
    const model = new ViewerModel("/a", Buffer.from(`${line}\nno\n${line}`), 1);
    model.fitWidth(40);
    if (isWrapped) model.toggleWrap();
    model.query = "needle";
    const places = Array.from({ length: 7 }, () => {
      const { line: at, text, from, to } = model.row(model.cursor.index);
      const place = `${at}:${text.slice(from, to).includes("needle") ? text.indexOf("needle", from) : "none"}`;
      model.find(1);
      return place;
    });
    expect(places).toEqual(["0:0", "0:100", "0:206", "2:0", "2:100", "2:206", "0:0"]);
    model.find(-1);
    model.find(-1);
    expect(model.row(model.cursor.index).line).toBe(2);
  }
});

it("a line of five megabytes is wrapped, searched and shown in a moment", () => {
  const text = `${"minified();".repeat(200_000)}漢${"x".repeat(2_000_000)}the end`;
  const model = new ViewerModel("/a", Buffer.from(text), text.length);
  model.fitWidth(76);
  model.toggleWrap();
  model.query = "the end";
  expect(model.find(1, true)).toBe(true);
  expect(model.cursor.index).toBe(model.count - 1);
  expect(model.count).toBeGreaterThan(text.length / 80);
});
