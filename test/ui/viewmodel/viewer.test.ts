import { expect, it } from "vitest";

import { ViewerModel } from "../../../ui/viewmodel/viewer.ts";

it("does not scroll sideways past the longest line in sight, where only empty rows would be left", () => {
  const model = new ViewerModel("/a", Buffer.from("short\nabcdefghijklmnop\n"), 23);
  model.cursor.fit(10, model.count);
  for (let i = 0; i < 9; i += 1) model.scrollColumns(8);
  expect(model.row(1).slice(model.column)).toBe("p");
  model.scrollColumns(-8);
  expect(model.row(1).slice(model.column)).toBe("hijklmnop");
  model.scrollColumns(-8);
  expect(model.column).toBe(0);
});
