import { expect, it } from "vitest";

import { EntryType } from "../../src/tar/entry.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import type { ShownApp } from "../helpers/screen/shown-app.ts";
import type { catalogOf } from "../helpers/trees/tree-fixture.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";

type Entries = Parameters<typeof catalogOf>[0];

async function shownWith(entries: Entries, columns: number, rows = 30): Promise<ShownApp> {
  const shown = await showApp(columns, rows);
  shown.session.listener!.onImage(imageOf(1));
  shown.session.listener!.onLayer(0, { bytes: 1, entries: entries.length });
  shown.session.listener!.onTree(treeOf(entries), 1);
  await shown.terminal.until("the files", () => shown.app.state.files.isReady);
  return shown;
}

const nested = (levels: number): string[] => {
  const at = (depth: number): string => Array.from({ length: depth + 1 }, (_, i) => `node_modules_${i}/`).join("");
  return Array.from({ length: levels }, (_, i) => [at(i), `${at(i)}package-${i}.json`]).flat();
};

it.each([
  [100, 16],
  [120, 12],
  [80, 24],
])("a file keeps its name however deep it lies: at %i columns %i levels down only branches were left", async (columns, levels) => {
  const { terminal } = await shownWith(nested(levels), columns, levels * 2 + 6);
  terminal.press("\t", "z");
  await terminal.untilText(`package-${levels - 1}.json`);
  for (let level = 0; level < levels; level += 1) {
    expect(terminal.text()).toMatch(new RegExp(`node_modules_${level}/`));
    expect(terminal.text()).toContain(`package-${level}.json`);
  }
});

it("deeper than branches have room for, names stand behind a sign of what is left out: only branches were to be seen", async () => {
  const path = Array.from({ length: 60 }, (_, i) => `d${i}`).join("/");
  const { terminal } = await shownWith([`${path}/leaf.txt`], 80, 24);
  terminal.press("\t", "z", "G");
  await terminal.until("the deepest name", (screen) => /…│* *└leaf\.txt/.test(screen.text()) && /…│* *└▾ d59\//.test(screen.text()));
  // As the root its path is cut in the middle: its end is what tells it from others.
  terminal.press("\x1b[A", "R");
  await terminal.until("the end of the root's path", (screen) => /Contents below \/d0\/.*….*\/d58\/d59 ─/.test(screen.row(1)));
});

it("four columns a level where they leave room", async () => {
  const { terminal } = await shownWith(nested(3), 100);
  terminal.press("\t", "z");
  await terminal.untilText("    │   │   └── package-2.json");
  expect(terminal.text()).toContain("├── ▾ node_modules_1/");
});

it("a link's target is cut before the name of the link is", async () => {
  const link = "/usr/lib/x86_64-linux-gnu/libsomething-with-a-long-name.so.1.2.3";
  const { terminal } = await shownWith([{ path: "libsomething.so.1", type: EntryType.symlink, link }, "b"], 100);
  await terminal.until("the whole name, and some of the target", (screen) =>
    /libsomething\.so\.1 → \/usr.*….*1\.2\.3│/.test(screen.text()),
  );
});

it("an emoji leaves nothing of what stood there before, also on a terminal where it is one column wide", async () => {
  const smile = Buffer.from("👨").toString("latin1");
  const { terminal, settle } = await shownWith(
    [
      { path: `${smile}a`, size: 2 },
      { path: "bbb", size: 1 },
    ],
    100,
  );
  terminal.press("\t");
  await terminal.untilText("bbb");
  for (const key of ["o", "o"]) {
    terminal.press(key);
    await settle();
    expect(terminal.text()).toMatch(/── 👨 ?a {3}/u);
    expect(terminal.text()).toMatch(/── bbb {3}/);
  }
});

it("a directory that no layer stores stands in line with the others", async () => {
  const { terminal } = await shownWith(["implied/file", "stored/", "stored/file"], 160);
  terminal.press("\t");
  const column = (name: string): number =>
    terminal
      .rows()
      .find((row) => row.includes(name))!
      .indexOf(name);
  await terminal.untilText("implied/");
  expect(terminal.text()).toMatch(/drwxr-xr-x .*stored\//);
  expect(column("implied/")).toBe(column("stored/"));
});
