/** Keys and clicks at moments for which they were not meant. */
import { expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { noSearch } from "../../ui/state.ts";
import { runApp } from "../../ui/app.ts";
import { createKeymap } from "../../ui/keys/keymap.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { FedSession, memoryApp, memoryTerminal } from "../helpers/screen/ui-fixture.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";

const unreadable = new BallastError("image-not-found", "there is no image test", { hint: "look again" });

it("the reason why an image cannot be opened stays in sight whatever is pressed or clicked, until r or another image", async () => {
  const { session, terminal, settle } = await showApp(100, 30);
  session.listener!.onError(unreadable);
  await settle();
  for (const key of ["1", "5", "W", "]", "\t", "\x1b", "?", "3", "T", "{", "y", "/", "n", " ", "G"]) terminal.press(key);
  terminal.click(30, 0);
  await settle();
  expect(terminal.text()).toContain("there is no image test");
  expect(terminal.text()).toContain("look again");
  expect(terminal.text()).not.toContain("still reading");
  session.listener = null;
  terminal.press("r");
  await terminal.until("it is tried again", () => session.listener !== null);
});

it("a choice of the first image is not lost by a click on a tab, a key in the help or a failed look around", async () => {
  const { terminal, settle } = await showApp(100, 30, { name: null, findImages: () => Promise.reject(new Error("no engine")) });
  await settle();
  terminal.click(12, 0);
  terminal.click(2, 29);
  await settle();
  terminal.press("5");
  await settle();
  expect(terminal.text()).toContain("Open an image");
  expect(terminal.text()).not.toContain("opening the image …");
});

it("choosing another image goes on when the one before turns out to be unreadable", async () => {
  const { session, terminal, settle } = await showApp(100, 30);
  terminal.press("i", "al");
  session.listener!.onError(unreadable);
  terminal.press("pine");
  await settle();
  expect(terminal.text()).toContain("Image: alpine");
  terminal.press("\x1b");
  await settle();
  expect(terminal.text()).toContain("there is no image test");
});

it("what lies under a box is not clicked through it", async () => {
  const { app, session, terminal, settle } = await showApp();
  session.listener!.onImage(imageOf(3));
  session.listener!.onTree(treeOf(["f"], [{ path: "f", size: 2 }], [{ path: "f", size: 3 }]), 3);
  await settle();
  terminal.press("G", "\t", "D");
  await settle();
  expect(terminal.text()).toContain("Versions of /f");
  const cursor = app.state.layers.cursor.index;
  terminal.click(10, 3);
  terminal.click(100, 3);
  terminal.click(100, 2);
  await settle();
  expect(terminal.text()).toContain("Versions of /f");
  expect(app.state.layers.cursor.index).toBe(cursor);
});

it("an error that is longer than a line is told in whole", async () => {
  const { app, session, terminal, settle } = await showApp(80, 24);
  session.listener!.onImage(imageOf(1));
  session.listener!.onTree(treeOf(["f"]), 1);
  session.extract = () =>
    Promise.reject(new BallastError("write-failed", `${"/very/long/directory".repeat(5)} is read-only`, { hint: "write somewhere else" }));
  await settle();
  terminal.press("\t", "e", "\r");
  await settle();
  expect(app.state.message?.kind).toBe("error");
  expect(terminal.text().replace(/\s+/g, "")).toContain("isread-only:writesomewhereelse");
});

it("a terminal that goes away without a signal ends the program: nobody could leave it any more", async () => {
  const { ended, hangUp } = await showApp();
  hangUp();
  expect(await ended).toBe(129);
});

it("searching the config before there is one finds nothing, and goes on: it crashed", async () => {
  const shown = await showApp(100, 30, { tab: "config" });
  shown.terminal.press("/", "user", "\r");
  await shown.terminal.untilText("no match for user");
  shown.terminal.press("n", "N");
  await shown.terminal.untilText("no match for user");
});

async function withFiles(): ReturnType<typeof showApp> {
  const shown = await showApp(100, 30);
  shown.session.listener!.onImage(imageOf(1));
  shown.session.listener!.onLayer(0, { bytes: 2, entries: 2 });
  shown.session.listener!.onTree(treeOf(["one", "two"]), 1);
  await shown.terminal.untilText("two");
  return shown;
}

it("esc and the key after it, which a slow line brings together, are both pressed: they were taken for an alt key and lost", async () => {
  const { app, terminal } = await withFiles();
  terminal.press("\t", "?");
  await terminal.untilText("Moving about");
  terminal.press("\x1bj");
  await terminal.until(
    "the help is closed, and the cursor a row lower",
    () => app.state.overlay === null && app.state.files.cursor.index === 1,
  );
  // Also while something is typed, where only the keys of readline's are no two.
  for (const [keys, isDone] of [
    ["/two\x1bk", () => app.state.prompt === null && app.state.files.cursor.index === 0],
    ["/one\x1b\x01", () => app.state.prompt === null && app.state.files.hidden.has("added")],
    ["\x01i\x1bj", () => app.state.overlay === null && !app.state.files.hidden.has("added") && app.state.files.cursor.index === 1],
    ["/usr/bin\x1b\x7fx\x1bb\x1bd", () => app.state.prompt?.editor.text === "usr/"],
    ["\x1bk", () => app.state.prompt === null && app.state.files.cursor.index === 0],
  ] as const) {
    terminal.press(keys);
    await terminal.until(JSON.stringify(keys), isDone);
  }
  // Where alt means something it is alt.
  terminal.press("\x1b[1;3C");
  await terminal.until("the next tab", () => app.state.tab === "waste");
});

it("a search that esc clears while it runs does not come back", async () => {
  const { app, terminal, settle } = await withFiles();
  terminal.press("\t", "/", "o");
  // As esc does, before the search had its turn.
  app.state.search = noSearch;
  await settle();
  expect(app.state.search.query).toBe("");
  expect(app.state.search.found).toEqual([]);
});

it("ctrl+c while the program is still being loaded: the screen came up for three seconds and was left as it was", async () => {
  const { input, output } = memoryTerminal(100, 30);
  const status = await runApp({
    streams: { input: input as unknown as NodeJS.ReadStream, output: output as unknown as NodeJS.WriteStream },
    name: "test",
    open: () => new FedSession(),
    keymap: createKeymap(),
    theme: null,
    env: {},
    signal: AbortSignal.abort(),
  });
  expect(status).toBe(130);
  expect(output.read()).toBeNull();
});

it("a path that only another layer holds is not said to be nowhere: enter goes to the layer, the summary searches all", async () => {
  const { app, session, terminal, settle } = await showApp(100, 30, { tab: "summary" });
  session.listener!.onImage(imageOf(3));
  session.listener!.onTree(treeOf(["base"], [{ path: "late", size: 2 }], [{ path: "last", size: 3 }]), 3);
  await settle();
  terminal.press("/", "last", "\r");
  await settle();
  expect(terminal.text()).toContain("/last 1 of 1");
  terminal.press("\x1b", "\t", "g", "s", "/", "late");
  await settle();
  expect(terminal.text()).toContain("/late not here, 1 in other layers");
  expect(terminal.text()).toContain("enter goes to layer 1");
  terminal.press("\r");
  await settle();
  expect(app.state.layers.selected).toBe(1);
  expect(app.state.files.selected?.path).toBe("late");
  terminal.press("/", "\x15", "nowhere", "\r");
  await settle();
  terminal.press("n");
  await settle();
  expect(terminal.text()).toContain("no match for nowhere");
});

it("keys that a slow line brings together are one picture, not one each", async () => {
  const { session, terminal, ended, app } = await memoryApp(100, 30);
  session.listener!.onImage(imageOf(60));
  const sentWith = async (words: string): Promise<string> => {
    let sent = "";
    while (!sent.includes(words)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      sent += String(terminal.output.read() ?? "");
    }
    return sent;
  };
  await sentWith("RUN step 0");
  terminal.input.emit("data", Buffer.from("j".repeat(50)));
  expect(await sentWith("RUN step 50")).not.toContain("RUN step 30");
  expect(app.state.layers.selected).toBe(50);
  terminal.input.emit("data", Buffer.from("q"));
  expect(await ended).toBe(0);
});
