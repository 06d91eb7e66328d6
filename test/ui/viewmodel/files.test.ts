import { describe, expect, it } from "vitest";

import { EntryType } from "../../../src/tar/entry.ts";
import { FilesModel } from "../../../ui/viewmodel/files/files.ts";
import { matchSteps } from "../../../ui/viewmodel/files/path-search.ts";
import { compilePattern } from "../../../ui/viewmodel/pattern.ts";
import type { PatternMode } from "../../../ui/viewmodel/pattern.ts";
import { buildRollups } from "../../../ui/viewmodel/files/rollups.ts";
import type { View } from "../../../ui/viewmodel/view.ts";
import { treeOf } from "../../helpers/trees/tree-fixture.ts";
import type { EntryFixture } from "../../helpers/trees/tree-fixture.ts";

type Layers = (string | EntryFixture)[][];

const threeLayers: Layers = [
  [
    "etc/",
    { path: "etc/passwd", size: 100 },
    { path: "etc/big", size: 5000 },
    "usr/",
    { path: "usr/tool", size: 300 },
    "var/",
    { path: "var/cache/a", size: 900 },
  ],
  [
    { path: "etc/passwd", size: 120 },
    { path: "usr/tool", size: 300, mode: 0o700 },
    { path: "usr/new", size: 50 },
  ],
  ["var/.wh.cache", { path: "usr/tool", size: 300, mode: 0o700 }],
];

function model(layers: Layers, view: View, open = true): FilesModel {
  const tree = treeOf(...layers);
  const files = new FilesModel();
  files.setView(view);
  files.load(tree, buildRollups(tree), (a, b) => a.bytes === b.bytes);
  if (open) files.toggleAll();
  files.fit(100);
  return files;
}

/** `sign path bytes` of every row. */
function rows(files: FilesModel): string[] {
  const signs = { added: "+", removed: "-", modified: "~", metadata: "=", unmodified: " " };
  return Array.from({ length: files.count }, (_, i) => {
    const { node } = files.row(i)!;
    return `${signs[files.change(node)]} ${node.path} ${files.bytes(node)}`;
  });
}

function filter(files: FilesModel, text: string, mode: PatternMode): void {
  const steps = matchSteps(files.tree!.root, compilePattern(text, mode).test!);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  files.setFilter({ text, mode, matches: step.value });
}

describe("the files of a view", () => {
  it("are those of the layers up to it, largest first, sizes rolled up", () => {
    expect(rows(model(threeLayers, { base: -1, top: 0 }))).toEqual([
      "+ etc 5100",
      "+ etc/big 5000",
      "+ etc/passwd 100",
      "+ var 900",
      "+ var/cache 900",
      "+ var/cache/a 900",
      "+ usr 300",
      "+ usr/tool 300",
    ]);
  });

  it("tell content, metadata and nothing apart", () => {
    expect(rows(model(threeLayers, { base: 0, top: 1 }))).toEqual([
      "~ etc 5120",
      "~ etc/passwd 120",
      "  etc/big 5000",
      "~ usr 350",
      "= usr/tool 300",
      "+ usr/new 50",
      "  var 900",
      "  var/cache 900",
      "  var/cache/a 900",
    ]);
  });

  it("name what differs", () => {
    const files = model(threeLayers, { base: 0, top: 1 });
    const named = (path: string) => files.differences(files.tree!.lookup(path)!);
    expect(named("etc/passwd")).toEqual(["content"]);
    expect(named("usr/tool")).toEqual(["mode"]);
    files.setView({ base: 1, top: 2 });
    expect(named("usr/tool")).toEqual(["stored again"]);
  });

  it("keep what a whiteout removed, as removed", () => {
    expect(rows(model(threeLayers, { base: 1, top: 2 }))).toContain("- var/cache/a 900");
  });

  it("leave out what was gone before the range begins", () => {
    const all = rows(model(threeLayers, { base: -1, top: 2 }));
    expect(all.some((row) => row.includes("var/cache"))).toBe(false);
    expect(all).toContain("+ var 0");
  });

  it("count a hard-linked inode once, also when its first name is gone", () => {
    const link = { path: "b/second", type: EntryType.hardlink, link: "a/first" } as const;
    const layers: Layers = [["a/", { path: "a/first", size: 700 }, "b/", link], ["a/.wh.first"]];
    expect(rows(model(layers, { base: -1, top: 0 }))).toEqual(["+ a 700", "+ a/first 700", "+ b 0", "+ b/second 700"]);
    expect(rows(model(layers, { base: 0, top: 1 }))).toEqual(["~ b 700", "  b/second 700", "~ a 0", "- a/first 700"]);
  });

  it("show a retargeted symlink as modified, a touched file as metadata", () => {
    const layers: Layers = [
      [
        { path: "link", type: EntryType.symlink, link: "old" },
        { path: "file", mtimeSeconds: 1 },
      ],
      [
        { path: "link", type: EntryType.symlink, link: "new" },
        { path: "file", mtimeSeconds: 2 },
      ],
    ];
    expect(rows(model(layers, { base: 0, top: 1 }))).toEqual(["= file 1", "~ link 0"]);
  });
});

describe("hiding", () => {
  it("leaves only what the view changed, with the directories above it", () => {
    const files = model(threeLayers, { base: 0, top: 1 });
    files.toggleOnlyChanged();
    expect(rows(files)).toEqual(["~ etc 5120", "~ etc/passwd 120", "~ usr 350", "= usr/tool 300", "+ usr/new 50"]);
  });

  it("takes out one kind of change and brings it back", () => {
    const files = model(threeLayers, { base: 1, top: 2 });
    files.toggleHidden("removed");
    expect(rows(files).some((row) => row.startsWith("-"))).toBe(false);
    files.toggleHidden("removed");
    expect(rows(files)).toContain("- var/cache 900");
  });

  it("keeps files above a size only", () => {
    const files = model(threeLayers, { base: -1, top: 0 });
    files.setLeastBytes(500);
    expect(rows(files)).toEqual(["+ etc 5100", "+ etc/big 5000", "+ var 900", "+ var/cache 900", "+ var/cache/a 900"]);
  });
});

describe("the filter", () => {
  it.each([
    ["PASSWD", "substring", []],
    ["passwd", "substring", ["+ etc 5100", "+ etc/passwd 100"]],
    ["/etc/*", "glob", ["+ etc 5100", "+ etc/big 5000", "+ etc/passwd 100"]],
    ["**/ca*/*", "glob", ["+ var 900", "+ var/cache 900", "+ var/cache/a 900"]],
    ["^/usr/t.*l$", "regex", ["+ usr 300", "+ usr/tool 300"]],
  ] as const)("%s as %s", (text, mode, expected) => {
    const files = model(threeLayers, { base: -1, top: 0 }, false);
    filter(files, text, mode);
    expect(rows(files)).toEqual(expected);
  });

  it("leaves the cursor on its node, before and after", () => {
    const files = model(threeLayers, { base: -1, top: 0 }, false);
    filter(files, "cache/a", "substring");
    files.cursor.to(files.count - 1);
    expect(files.selected?.path).toBe("var/cache/a");
    files.setFilter(null);
    expect(files.selected?.path).toBe("var/cache/a");
    expect(files.row(files.cursor.index)?.node.path).toBe("var/cache/a");
  });

  it("freezes-on-a-regex: patterns that backtrack for ever, or are too large to compile, end in no time, or are refused", () => {
    const { test } = compilePattern("(a+)+$", "regex");
    expect(test!(`/${"a".repeat(5000)}!`)).toBe(false);
    expect(compilePattern("x".repeat(100_000), "regex").error).toBe("is longer than 1000 characters");
    expect(compilePattern("(?=a)", "regex").error).toContain("unsupported");
  });

  it("says what is wrong with a pattern", () => {
    expect(compilePattern("a(", "regex").error).toBe("missing closing )");
    expect(compilePattern("{a,b", "glob").error).toContain("{");
  });
});

describe("a pane that nobody has opened anything in", () => {
  const layers: Layers = [
    [
      "usr/",
      "usr/lib/",
      ...Array.from({ length: 40 }, (_, i) => ({ path: `usr/lib/so${i}`, size: 10 })),
      "opt/",
      { path: "opt/app", size: 90 },
    ],
    [{ path: "usr/lib/so7", size: 11 }],
  ];
  const filled = (view: View, height: number): FilesModel => {
    const files = model(layers, view, false);
    files.fit(height);
    return files;
  };

  it("is filled with the largest directories, and never beyond its height while smaller ones fit", () => {
    expect(rows(filled({ base: -1, top: 0 }, 4))).toEqual(["+ usr 400", "+ usr/lib 400", "+ opt 90", "+ opt/app 90"]);
    expect(filled({ base: -1, top: 0 }, 60).count).toBe(44);
  });

  it("opens a directory larger than itself rather than stay empty", () => {
    expect(filled({ base: -1, top: 0 }, 10).count).toBe(44);
  });

  it("shows what a layer changed however much else lies beside it, and says how much it leaves out", () => {
    const files = filled({ base: 0, top: 1 }, 10);
    expect(rows(files)).toEqual(["~ usr 401", "~ usr/lib 401", "~ usr/lib/so7 11", "  opt 90"]);
    const lib = files.tree!.lookup("usr/lib")!;
    expect(files.leftOut(lib)).toBe(39);
    files.cursor.to(1);
    files.toggle();
    expect(files.leftOut(lib)).toBe(0);
    expect(files.count).toBe(43);
  });
});

describe("the cursor", () => {
  it("stays on its node when the sort order changes", () => {
    const files = model(threeLayers, { base: -1, top: 0 });
    files.reveal(files.tree!.lookup("usr/tool")!);
    files.toggleSort();
    expect(files.row(files.cursor.index)?.node.path).toBe("usr/tool");
    expect(rows(files)[0]).toBe("+ etc 5100");
  });

  it("goes to the directory above when another layer does not have its node", () => {
    const files = model(threeLayers, { base: 0, top: 1 });
    files.reveal(files.tree!.lookup("usr/new")!);
    files.setView({ base: -1, top: 0 });
    expect(files.selected?.path).toBe("usr");
  });

  it("steps into a directory and out again", () => {
    const files = model(threeLayers, { base: -1, top: 0 }, false);
    expect(files.count).toBe(8);
    files.leave();
    expect(files.count).toBe(6);
    files.enter();
    expect(files.count).toBe(8);
    files.enter();
    expect(files.selected?.path).toBe("etc/big");
    files.leave();
    expect(files.selected?.path).toBe("etc");
    files.leave();
    expect(files.count).toBe(6);
  });

  it("shows one directory as if it were the whole image, and all again", () => {
    const files = model(threeLayers, { base: -1, top: 0 });
    expect(files.reveal(files.tree!.lookup("var/cache/a")!)).toBe(true);
    files.toggleRoot();
    expect(rows(files)).toEqual(["+ var/cache/a 900"]);
    expect(files.reveal(files.tree!.lookup("etc/big")!)).toBe(true);
    expect(files.count).toBe(8);
  });

  it("shows a directory from its beginning: the cursor stood as far down in it as it had stood in the image", () => {
    const files = model([["a/", "a/1", "a/2", "b/", "b/1", "b/2", "b/3"]], { base: -1, top: 0 });
    files.toggleSort();
    files.reveal(files.tree!.lookup("b")!);
    expect(files.cursor.index).toBeGreaterThan(0);
    files.toggleRoot();
    expect([files.cursor.index, files.selected?.path]).toEqual([0, "b/1"]);
    files.setRoot(null);
    expect(files.selected?.path).toBe("b");
  });

  it("stops at both ends", () => {
    const files = model(threeLayers, { base: -1, top: 0 });
    files.cursor.move(-5);
    expect(files.cursor.index).toBe(0);
    files.cursor.page(9);
    expect(files.cursor.index).toBe(files.count - 1);
  });
});

it("a directory that a file replaced shows what was below it as removed", () => {
  const files = model([["d/", "d/x", "d/y"], ["d"]], { base: 0, top: 1 });
  expect(rows(files)).toEqual(["~ d 1", "- d/x 1", "- d/y 1"]);
});

it("a filter whose rows were counted ahead shows the same rows, also when the view changed meanwhile", () => {
  const view = { base: 0, top: 1 };
  const matchesOf = (files: FilesModel) => {
    const steps = matchSteps(files.tree!.root, compilePattern("t", "substring").test!);
    for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
  };
  const plain = model(threeLayers, view);
  plain.setFilter({ text: "t", mode: "substring", matches: matchesOf(plain) });
  const counted = model(threeLayers, { base: -1, top: 0 });
  for (const later of [{ base: -1, top: 0 }, view]) {
    const filter = { text: "t", mode: "substring", matches: matchesOf(counted) } as const;
    Array.from(counted.filterSteps(filter));
    counted.setView(later);
    counted.setFilter(filter);
  }
  expect(rows(counted)).toEqual(rows(plain));
});
