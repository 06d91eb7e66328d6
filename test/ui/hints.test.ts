import { expect, it } from "vitest";

import { createKeymap } from "../../ui/keys/keymap.ts";
import { hintsFor } from "../../ui/panes/bars/hints.ts";
import { AppState, tabs } from "../../ui/state.ts";
import { ViewerModel } from "../../ui/viewmodel/viewer.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import type { ShownApp } from "../helpers/screen/shown-app.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";

const keymap = createKeymap();
const named = (state: AppState): string[] => hintsFor(state, keymap).map(({ key, label }) => `${key} ${label}`);

async function withFiles(columns = 120): Promise<ShownApp> {
  const shown = await showApp(columns, 40);
  const { listener } = shown.session;
  listener!.onImage(imageOf(2));
  listener!.onLayer(0, { bytes: 10, entries: 3 });
  listener!.onLayer(1, { bytes: 10, entries: 2 });
  listener!.onTree(treeOf(["a/", { path: "a/one", size: 1 }, "b"], ["a/", { path: "a/one", size: 2 }]), 2);
  await shown.terminal.untilText("one");
  return shown;
}

it("names no key that does nothing where one is: hints of the viewer and the help named tab, of the help search", async () => {
  const { app, terminal } = await withFiles();
  const last = (): string => terminal.rows().at(-1)!;
  terminal.press("\t", "j", "\r");
  await terminal.until("the viewer", (screen) => screen.rows().at(-1)!.includes("x Hex"));
  expect(last()).toMatch(/^ q Quit {2}\? Help {2}esc Close {2}x Hex {2}w Wrap {2}D Diff {2}e Extract {2}\/ Search *$/);
  terminal.press("x");
  await terminal.until("the other way", (screen) => screen.rows().at(-1)!.includes("x Text"));
  terminal.press("?");
  await terminal.until("the help", (screen) => /^ q Quit {2}\? Help {2}esc Close *$/.test(screen.rows().at(-1)!));
  expect(app.state.overlay?.kind).toBe("help");
});

it("enter is named where it leads somewhere: on a file, not on a directory or in an empty list", async () => {
  const { app, terminal } = await withFiles();
  terminal.press("\t");
  await terminal.until("a directory", (screen) => screen.rows().at(-1)!.includes("tab Layers"));
  expect(named(app.state)).not.toContain("enter View");
  terminal.press("j");
  await terminal.until("a file", (screen) => screen.rows().at(-1)!.includes("enter View"));
  for (const tab of tabs.filter((one) => one !== "files" && one !== "summary")) {
    const state = new AppState("empty");
    state.tab = tab;
    expect(named(state).filter((hint) => hint.startsWith("enter"))).toEqual([]);
  }
});

it("where there is nothing to fold, order, switch or write out, no key for that is named; a plan that failed is tried again", () => {
  const state = new AppState("empty");
  for (const [tab, focus] of tabs.map((one) => [one, "files"] as const)) {
    state.tab = tab;
    state.focus = focus;
    expect([tab, named(state).filter((hint) => /Fold|Sort|Extract|Root|Order|Why|Switch|Run/.test(hint))]).toEqual([tab, []]);
  }
  state.tab = "plan";
  state.plan.status = { kind: "failed", message: "gone", hint: "look" };
  expect(named(state)).toContain("r Try again");
});

it("esc is named with what it takes back, one after the other", async () => {
  const { app, terminal } = await withFiles();
  terminal.press("v", "\t", "/", "one", "\r", "f", "o", "\r", ">", "1", "\r");
  await terminal.untilText("≥ 1 B");
  const { state } = app;
  const said: (string | undefined)[] = [];
  for (let before = state.retractable; before !== null; before = state.retractable) {
    said.push(named(state).find((hint) => hint.startsWith("esc")));
    terminal.press("\x1b");
    await terminal.until(`${before} is taken back`, () => state.retractable !== before);
  }
  expect(said).toEqual(["esc Clear search", "esc Clear filter", "esc Clear least size", "esc Clear range"]);
  expect(named(state).some((hint) => hint.startsWith("esc"))).toBe(false);
});

it("a click on a key in the last row does what the key does", async () => {
  const { app, terminal } = await withFiles();
  const last = terminal.rows().at(-1)!;
  terminal.click(last.indexOf("tab Files") + 5, 39);
  await terminal.until("the files have the focus", () => app.state.focus === "files");
  terminal.click(terminal.rows().at(-1)!.indexOf("? Help"), 39);
  await terminal.untilText("Moving about");
});

it("with a person's own keys names those", () => {
  const own = createKeymap({ quit: "ctrl+q", help: [] });
  expect(hintsFor(new AppState("x"), own).map(({ key }) => key)).toEqual(expect.arrayContaining(["ctrl+q"]));
  expect(hintsFor(new AppState("x"), own).map(({ intent }) => intent)).not.toContain("help");
});

it("a viewer without another version does not offer to compare", () => {
  const state = new AppState("x");
  const node = { versions: [] } as never;
  state.overlay = { kind: "viewer", model: new ViewerModel("/a", Buffer.from("text"), 4), node, inode: null as never };
  expect(named(state)).toEqual(["q Quit", "? Help", "esc Close", "x Hex", "w Wrap", "e Extract", "/ Search"]);
});

it("while the plan is carried out, nothing offers another one", async () => {
  const { app, terminal, settle } = await showApp(100, 30, { tab: "plan" });
  await settle();
  expect(terminal.text()).toContain("c squash instead");
  app.state.plan.status = { kind: "running", what: "writing layers", ratio: 0.1, destination: "new.tar" };
  app.paint();
  await terminal.untilText("esc stops it");
  expect(terminal.text()).not.toContain("instead");
});
