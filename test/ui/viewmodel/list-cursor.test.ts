import { describe, expect, it } from "vitest";

import { ListCursor } from "../../../ui/viewmodel/list-cursor.ts";

function cursor(height: number, count: number): ListCursor {
  const made = new ListCursor();
  made.fit(height, count);
  return made;
}

describe("a cursor in a list of 100 rows, of which ten are seen", () => {
  it("shows two rows beyond it while there are any", () => {
    const at = cursor(10, 100);
    at.to(7, 100);
    expect(at.scroll).toBe(0);
    at.move(1, 100);
    expect([at.index, at.scroll]).toEqual([8, 1]);
    at.to(50, 100);
    expect(at.scroll).toBe(43);
    at.to(44, 100);
    expect(at.scroll).toBe(42);
    at.to(99, 100);
    expect(at.scroll).toBe(90);
    at.to(0, 100);
    expect(at.scroll).toBe(0);
  });

  it("stops at the ends, and keeps a row of the page before in sight", () => {
    const at = cursor(10, 100);
    at.page(1, 100);
    expect(at.index).toBe(9);
    at.page(50, 100);
    expect(at.index).toBe(99);
    at.move(-1000, 100);
    expect(at.index).toBe(0);
  });

  it("is taken along when the window is scrolled past it", () => {
    const at = cursor(10, 100);
    at.scrollBy(30, 100);
    expect([at.index, at.scroll]).toEqual([30, 30]);
    at.to(45, 100);
    at.scrollBy(-20, 100);
    expect([at.index, at.scroll]).toEqual([27, 18]);
    at.scrollBy(1000, 100);
    expect(at.scroll).toBe(90);
  });
});

it("a list that became shorter, or empty, has the cursor on a row of it, or on the first", () => {
  const at = cursor(10, 100);
  at.to(99, 100);
  at.fit(10, 20);
  expect([at.index, at.scroll]).toEqual([19, 10]);
  at.fit(10, 0);
  expect([at.index, at.scroll]).toEqual([0, 0]);
  at.scrollBy(3, 0);
  expect([at.index, at.scroll]).toEqual([0, 0]);
});

it("in a window of one row there is no margin", () => {
  const at = cursor(1, 5);
  at.to(3, 5);
  expect(at.scroll).toBe(3);
});
