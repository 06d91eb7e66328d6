import { expect, it } from "vitest";

import { DiffModel } from "../../../ui/viewmodel/diff.ts";
import type { Line } from "../../../ui/viewmodel/documents/document.ts";

const lines: readonly Line[] = [
  [["Content", "titleFocused"]],
  [["-abcdefghijklmno", "removed"]],
  [["  mode    "], ["0644", "removed"], ["  →  ", "dim"], ["0755", "added"]],
  [["+漢字漢字漢字漢字", "added"]],
];

function rowsOf(model: DiffModel): string[] {
  return Array.from({ length: model.count }, (_, index) =>
    model
      .row(index)
      .map(([text]) => text)
      .join(""),
  );
}

it("wraps all of its lines at the width, in the colours they had", () => {
  const model = new DiffModel("a", lines);
  model.fitWidth(10);
  model.toggleWrap();
  expect(rowsOf(model)).toEqual(["Content", "-abcdefghi", "jklmno", "  mode    ", "0644  →  0", "755", "+漢字漢字", "漢字漢字"]);
  expect(model.row(4)).toEqual([
    ["0644", "removed"],
    ["  →  ", "dim"],
    ["0", "added"],
  ]);
  model.toggleWrap();
  expect(model.count).toBe(4);
});

it("keeps the line in sight that stood in the first row, through wrapping and another width", () => {
  const model = new DiffModel("a", lines);
  model.fitWidth(10);
  model.cursor.scroll = 2;
  model.toggleWrap();
  expect(model.cursor.scroll).toBe(3);
  model.fitWidth(5);
  expect(rowsOf(model)[model.cursor.scroll]).toBe("  mod");
  model.toggleWrap();
  expect(model.cursor.scroll).toBe(2);
});

it("moves sideways as far as there is anything to see, metadata too, and never by half a character", () => {
  const model = new DiffModel("a", [[["ab"], ["\u{1f600}x", "added"]]]);
  model.cursor.height = 1;
  model.scrollColumns(3);
  expect(model.row(0)).toEqual([["x", "added"]]);
  model.scrollColumns(100);
  expect(model.column).toBe(4);
  model.scrollColumns(-100);
  expect(model.row(0)).toHaveLength(2);
});
