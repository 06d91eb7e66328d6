import { describe, expect, it } from "vitest";

import { diveFigures } from "../../analyzers/dive/figures.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { catalogOf } from "../helpers/trees/catalog.ts";

// The figures below are what dive 0.13.1 prints for the same images (`dive --json`).
const base = catalogOf([{ path: "etc/" }, { path: "etc/os", size: 1000 }]);
const MB = 1_000_000;

describe("dive's figures", () => {
  it("counts every copy of a path that is stored again", () => {
    const figures = diveFigures([base, catalogOf([{ path: "f", size: MB }]), catalogOf([{ path: "f", size: MB, mode: 0o600 }])]);
    expect(figures).toEqual({
      efficiency: 1_001_000 / 2_001_000,
      sizeBytes: 2_001_000,
      userSizeBytes: 2_000_000,
      wastedBytes: 2_000_000,
      wastedUserPercent: 1,
      inefficiencies: [{ path: "/f", count: 2, bytes: 2_000_000 }],
    });
  });

  it("finds no waste in the removal of a directory that has an entry of its own", () => {
    const add = catalogOf([{ path: "d/" }, { path: "d/1", size: MB }, { path: "d/2", size: MB }]);
    const figures = diveFigures([base, add, catalogOf([{ path: ".wh.d" }])]);
    expect([figures.wastedBytes, figures.efficiency]).toEqual([0, 1]);
  });

  it("takes a directory for an unstated one once an upper layer only implies it", () => {
    const add = catalogOf([{ path: "d/" }, { path: "d/1", size: MB }]);
    const imply = catalogOf([{ path: "d/2", size: 5 }]);
    const figures = diveFigures([base, add, imply, catalogOf([{ path: ".wh.d" }])]);
    // The whiteout's own row is worth nothing, so the score's numerator does not grow by the removed megabyte.
    expect(figures.efficiency).toBe(1);
    expect(diveFigures([base, add, catalogOf([{ path: ".wh.d" }, { path: "d", size: 7 }])]).wastedBytes).toBe(MB + 7);
    expect(diveFigures([base, add, imply, catalogOf([{ path: ".wh.d" }, { path: "d", size: 7 }])]).wastedBytes).toBe(7);
  });

  it("takes names for one path that differ in slashes and dots", () => {
    const first = catalogOf([{ path: "d/" }, { path: "d/f", size: 10 }, { path: ".hidden/g", size: 5 }, { path: "h", size: 1 }]);
    const again = catalogOf([{ path: "./d/" }, { path: "/d//f", size: 20 }, { path: "./.hidden/./g", size: 5 }, { path: "i", size: 1 }]);
    const { efficiency, inefficiencies } = diveFigures([first, again]);
    expect(inefficiencies).toEqual([
      { path: "/d/f", count: 2, bytes: 30 },
      { path: "/.hidden/g", count: 2, bytes: 10 },
    ]);
    expect(efficiency).toBe(17 / 42);
  });

  it("ignores opaque markers, also where they are all that a layer says about a directory", () => {
    const figures = diveFigures([base, catalogOf([{ path: "d/f", size: MB }]), catalogOf([{ path: "d/.wh..wh..opq" }])]);
    expect([figures.wastedBytes, figures.efficiency]).toEqual([0, 1]);
  });

  it("gives up on the rest of a layer after a whiteout of nothing, and takes one byte off the score's numerator", () => {
    const upper = catalogOf([{ path: ".wh.ghost" }, { path: "z", size: MB }]);
    const figures = diveFigures([base, catalogOf([{ path: "z", size: MB }]), upper]);
    expect(figures.wastedBytes).toBe(0);
    expect(figures.efficiency).toBe((1000 + MB - 1) / (1000 + MB));
  });

  it("reads a whiteout in the bottom layer against that layer", () => {
    const figures = diveFigures([catalogOf([{ path: "d/" }, { path: "d/f", size: 10 }, { path: ".wh.d" }])]);
    expect(figures.efficiency).toBe(1);
    expect(diveFigures([catalogOf([{ path: "f", size: 10 }, { path: ".wh.f" }])])).toMatchObject({
      wastedBytes: 10,
      wastedUserPercent: Infinity,
    });
  });

  it("gives links and directories no size, and has no percentage for a single layer", () => {
    const links = catalogOf([
      { path: "a", size: 10 },
      { path: "b", type: EntryType.hardlink, link: "a" },
      { path: "c", type: EntryType.symlink, link: "a" },
    ]);
    expect(diveFigures([links])).toMatchObject({
      sizeBytes: 10,
      userSizeBytes: 0,
      wastedUserPercent: null,
      efficiency: 1,
    });
    expect(diveFigures([])).toMatchObject({ efficiency: 1, sizeBytes: 0 });
  });

  it("removes what a layer adds under a name that sorts before its own whiteout", () => {
    const layers = [
      base,
      catalogOf([{ path: "+d/" }, { path: "+d/f", size: 9 }, { path: ".wh.+d" }]),
      catalogOf([{ path: "x", size: 1 }, { path: ".wh.+d" }]),
    ];
    // The second whiteout finds nothing: the rest of its layer is not counted.
    expect(diveFigures(layers).efficiency).toBe(diveFigures(layers.slice(0, 2)).efficiency);
  });
});
