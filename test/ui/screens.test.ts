import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { textWidth } from "../../src/terminal/width.ts";
import { createKeymap, displayKey } from "../../ui/keys/keymap.ts";
import { helpLines } from "../../ui/panes/overlays/help-pane.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";
import { memoryApp } from "../helpers/screen/ui-fixture.ts";

describe("the screen while an image is read", () => {
  it("stands before anything is known, then fills in layer by layer", async () => {
    const shown = await showApp();
    await shown.settle();
    expect(shown.terminal.rows().join("\n")).toContain("opening the image");
    const { listener } = shown.session;
    listener!.onImage(imageOf(2));
    listener!.onProgress({ layer: 1, what: "reading", bytes: 500, totalBytes: 1000 });
    const tree = treeOf(["a/", { path: "a/file", size: 4000 }]);
    listener!.onLayer(0, { bytes: 4000, entries: 2 });
    listener!.onTree(tree, 1);
    await shown.settle();
    const text = shown.terminal.rows().join("\n");
    expect(text).toMatch(/0 ▶ .*4\.00 kB.*RUN step 0/);
    expect(text).toMatch(/1 .*50\.0 %.*RUN step 1/);
    expect(text).toMatch(/\+ drwxr-xr-x.*4\.00 kB.*a\//);
    shown.terminal.press("\x1b[B");
    await shown.settle();
    expect(shown.terminal.rows().join("\n")).toContain("reading …");
  });

  it("says how long a wait takes of which nothing else is told: a registry that did not answer looked like a program that hangs", async () => {
    const { session, terminal } = await showApp(100, 30);
    session.listener!.onProgress({ layer: null, what: "opening", bytes: 0, totalBytes: null });
    await terminal.until("the seconds", (screen) => /opening [23] s$/.test(screen.row(29)));
  });

  it("keeps what is known when the rest cannot be read, and says what to do", async () => {
    const shown = await showApp();
    shown.session.listener!.onImage(imageOf(2));
    shown.session.listener!.onLayer(0, { bytes: 4000, entries: 2 });
    shown.session.listener!.onProgress({ layer: 1, what: "reading", bytes: 1000, totalBytes: 1000 });
    shown.session.listener!.onError(new BallastError("blob-corrupt", "layer 1 ends in the middle of a file", { hint: "save it again" }));
    await shown.settle();
    expect(shown.terminal.rows().join("\n")).toContain("RUN step 1");
    expect(shown.terminal.rows().join("\n")).toContain("layer 1 ends in the middle of a file");
    expect(shown.terminal.rows().join("\n")).toContain("save it again");
    shown.terminal.press("\x1b");
    await shown.settle();
    expect(shown.terminal.rows().at(-1)).toMatch(/tab Files {2}esc Why .*not read whole/);
    expect(shown.terminal.text()).not.toContain("layer 1 ends in the middle of a file");
    // It stood at "100 %".
    expect(shown.terminal.text()).toMatch(/1 +not read +RUN step 1/);
    expect(shown.terminal.text()).toContain("4.00 kB read");
    shown.terminal.press("\x1b");
    await shown.terminal.untilText("layer 1 ends in the middle of a file");
    shown.terminal.press("q");
    await expect(shown.ended).rejects.toThrow("layer 1 ends in the middle of a file");
  });
});

/** Terminals that ncurses and people name; blessed's own lookup fails or loses colours on most. */
const terms = [
  "xterm",
  "xterm-256color",
  "xterm-kitty",
  "xterm-ghostty",
  "alacritty",
  "foot",
  "wezterm",
  "tmux",
  "tmux-256color",
  "screen",
  "screen-256color",
  "rxvt-unicode-256color",
  "konsole-256color",
  "vte-256color",
  "gnome-256color",
  "linux",
  "iterm2",
  "st-256color",
  "xterm-direct256",
  "vt100",
  "ansi",
  "no-such-terminal",
  "",
];

describe("terminals", () => {
  it.each(terms)("TERM=%s gets a clean frame", async (term) => {
    const before = process.env["TERM"];
    process.env["TERM"] = term;
    try {
      const shown = await showApp(100, 30, { env: { TERM: term } });
      shown.session.listener!.onImage(imageOf(1));
      await shown.settle();
      const rows = shown.terminal.rows();
      expect(rows[1]).toMatch(/^┌─ Layers ─+┐┌─ Current Layer Contents ─+┐$/);
      expect(rows.join("\n")).not.toMatch(/Error on|\?\?/);
      expect(rows[0]).toMatch(/^ 0 Sum 1 Files 2 Waste/);
    } finally {
      if (before === undefined) delete process.env["TERM"];
      else process.env["TERM"] = before;
    }
  });

  it("shows no colour at all under NO_COLOR, yet marks changes and cursor", async () => {
    const shown = await showApp(120, 40, { env: { TERM: "xterm-256color", NO_COLOR: "1" } });
    shown.session.listener!.onImage(imageOf(1));
    shown.session.listener!.onTree(treeOf(["a/", "a/file"]), 1);
    await shown.settle();
    expect(shown.terminal.output).toMatch(/\+ drwx/);
    // eslint-disable-next-line no-control-regex -- colours are escape sequences
    expect(shown.terminal.output).not.toMatch(/\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/);
    // eslint-disable-next-line no-control-regex -- so is reverse video
    expect(shown.terminal.output).toMatch(/\x1b\[(?:1;)?7m/);
  });

  it("uses only the palette's sixteen colours where the terminal has no more", async () => {
    const shown = await showApp(120, 40, { env: { TERM: "linux" } });
    shown.session.listener!.onImage(imageOf(1));
    await shown.settle();
    expect(shown.terminal.output).not.toContain("38;5;");
    expect(shown.terminal.output).not.toContain("48;5;");
  });

  it.each([60, 70, 89, 90, 100, 140, 220])("fills the frame at %i columns", async (columns) => {
    const shown = await showApp(columns, 24);
    shown.session.listener!.onImage(imageOf(3));
    await shown.settle();
    for (const row of shown.terminal.rows().slice(1, -1)) expect(row).toMatch(/^[│┌└].*[│┐┘┃]$/);
    expect(shown.terminal.rows()[1]).toHaveLength(columns);
  });
});

describe("the help", () => {
  const keymap = createKeymap();
  const linesAt = (width: number): string[] =>
    helpLines(keymap, ["layers", "list", "global"], width).map((line) => line.map(([text]) => text).join(""));

  it.each([56, 76, 96, 118, 153, 198])("says every word of every key at %i columns", (width) => {
    const lines = linesAt(width);
    expect(lines.filter((line) => textWidth(line.trimEnd()) > width)).toEqual([]);
    const words = new Set(lines.join(" ").split(/ +/));
    for (const { help, keys } of keymap.bindings)
      expect([...help.split(" "), ...keys.map(displayKey)].filter((word) => !words.has(word))).toEqual([]);
  });

  it("stands in two columns from 100 columns of the terminal on, and in three from 150", () => {
    const headings = (width: number): number =>
      Math.max(...linesAt(width).map((line) => [...line.matchAll(/\b(?:Layers|Moving about|Everywhere)\b(?=  |$)/g)].length));
    expect([76, 96, 118, 146, 198].map(headings)).toEqual([1, 2, 2, 3, 3]);
    expect(linesAt(118).length).toBeLessThan(linesAt(76).length * 0.7);
  });
});

it("where everything is hidden, says by what, and which key shows it again: a filter was told of that nobody had set", async () => {
  const { session, terminal, settle } = await showApp(120, 40, { tab: "files" });
  session.listener!.onImage(imageOf(1));
  session.listener!.onTree(treeOf(["a/", "a/one"]), 1);
  await settle();
  terminal.press("\t", "a");
  await terminal.untilText("everything in this view is hidden;");
  expect(terminal.text()).toContain("a shows added files again");
  expect(terminal.text()).not.toContain("filter;");
  terminal.press("a", ">5MB\r");
  await terminal.untilText("esc shows files below 5.00 MB again");
});

it("a filter that this view has nothing for says where the paths are that it fits", async () => {
  const shown = await showApp(120, 40, { tab: "files" });
  const { listener } = shown.session;
  listener!.onImage(imageOf(2));
  const tree = treeOf(["a/", "a/one"], ["b/", "b/needle", "b/needle2"]);
  for (const layer of [0, 1]) {
    listener!.onLayer(layer, { bytes: 1, entries: 2 });
    listener!.onTree(tree, layer + 1);
  }
  await shown.settle();
  shown.terminal.press("\t", "f", "needle");
  await shown.terminal.untilText("nothing here passes the filter;");
  expect(shown.terminal.text()).toContain("what does (2 paths) is in other layers, or hidden");
  shown.terminal.press("\x7f".repeat(6), "nowhere");
  await shown.terminal.until("nothing anywhere", (screen) => /nothing passes the filter/.test(screen.text()));
});

it("names at 80 columns the keys of the plan, of which running it matters most", async () => {
  const shown = await showApp(80, 24, { tab: "plan" });
  shown.session.listener!.onImage(imageOf(1));
  const sizes = { layers: 1, uncompressed: 1, compressed: 1, afterSharing: 1 };
  const prediction = { before: sizes, after: sizes, exactness: "exact" } as const;
  shown.app.state.plan.setPlan({ kind: "optimize", steps: [], prediction, destination: "slim.tar" });
  shown.app.paint();
  await shown.settle();
  expect(shown.terminal.rows().at(-1)).toContain("r Run");
  shown.terminal.press("1", "\t");
  await shown.settle();
  expect(shown.terminal.rows().at(-1)).toMatch(/q Quit {2}\? Help {2}tab Layers {2}f Filter/);
});

it("a pattern of dive's that is taken for letters says what key takes it as one", async () => {
  const shown = await showApp(120, 40, { tab: "files" });
  shown.session.listener!.onImage(imageOf(1));
  shown.session.listener!.onLayer(0, { bytes: 1, entries: 2 });
  shown.session.listener!.onTree(treeOf(["a/", "a/one.py"]), 1);
  await shown.terminal.untilText("one.py");
  shown.terminal.press("\t", "\x06", "one$");
  await shown.terminal.untilText("no match: tab takes it as a pattern");
  shown.terminal.press("\t", "\t");
  await shown.terminal.until("as a regular expression", (screen) => screen.text().includes("[regex, tab changes]: one$"));
  shown.terminal.press("\x15", "^/a/.*y$");
  await shown.terminal.until("it is found", (screen) => screen.text().includes("one.py"));
  expect(shown.terminal.rows().at(-1)).toMatch(/enter keeps it {2}esc clears it/);
});

it("one-cell-screen: a terminal that nobody gave a size is as large as terminals were, until it says another", async () => {
  const { app, terminal } = await memoryApp(0, 0);
  expect([app.screen.width, app.screen.height]).toEqual([80, 24]);
  for (const [columns, rows, width, height] of [
    [100, 30, 100, 30],
    [0, 0, 80, 24],
  ] as const) {
    Object.assign(terminal.output, { columns, rows });
    terminal.output.emit("resize");
    while (app.screen.width !== width) await new Promise((resolve) => setImmediate(resolve));
    expect(app.screen.height).toBe(height);
  }
  terminal.input.emit("data", Buffer.from("q"));
});
