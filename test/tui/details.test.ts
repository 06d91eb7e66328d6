import { expect, it } from "vitest";

import { explore, shopImage } from "../helpers/screen/explore.ts";
import { file, whiteout } from "../helpers/tar-fixture.ts";

it("details that are longer than their pane can be read to their end: 6 lines were said to be below, and no key led there", async () => {
  const { terminal } = await explore(shopImage, { columns: 60, rows: 20, view: "waste" });
  await terminal.untilText("J 6 lines more");
  expect(terminal.text()).not.toContain("saves 90.0 kB");
  expect(terminal.text()).toMatch(/Bytes +Cause +Layers +Path/);
  terminal.press("J", "J", "J", "J", "J", "J", "J");
  await terminal.untilText("saves 90.0 kB");
  terminal.press("j");
  await terminal.until("another row is told from its beginning", (screen) => /Details ─+┐\n│ \/usr\/bin\/tool/.test(screen.text()));
  terminal.press("\x1b[1;2B");
  await terminal.until("the arrow, too", (screen) => !/Details ─+┐\n│ \/usr\/bin\/tool/.test(screen.text()));
  const row = terminal.rows().findIndex((text) => text.includes("─ Details"));
  terminal.press(`\x1b[<64;10;${row + 3}M`);
  await terminal.until("and the wheel over the details", (screen) => /Details ─+┐\n│ \/usr\/bin\/tool/.test(screen.text()));
});

it("says of the versions of a path first how large each is, also where the rest is cut", async () => {
  const { terminal } = await explore(shopImage, { columns: 92, rows: 30 });
  terminal.press("j", "\t", "/", "usr/bin/tool", "\r");
  await terminal.until(
    "both",
    (screen) => /layer 1 {2}40\.0 kB {2}-rwx------/.test(screen.text()) && /layer 0 {2}40\.0 kB/.test(screen.text()),
  );
});

it("of two kinds of leftovers names the one that there is: 0 B of caches in 0 places were told", async () => {
  const content = "z".repeat(30_000);
  const { terminal } = await explore({ layers: [{ content: [file("a", content), file("b", content)] }] }, { view: null });
  await terminal.until("duplicates alone", (screen) => /Leftovers +30\.0 kB of duplicates/.test(screen.text()));
});

it("what is odd about the image is told in the summary, with where the rest stands", async () => {
  const { terminal } = await explore(
    { layers: [{ content: [file("a", "1"), file("a", "2"), file("b", "1"), file("b", "2")] }] },
    { view: null },
  );
  await terminal.until("the first", (screen) => /Warnings +2, in Config \(6\): .*Docker refuses/.test(screen.text()));
  terminal.press("6", "G");
  await terminal.until("all of them", (screen) => screen.text().match(/layer 0: /g)?.length === 2);
});

it("a plan that gains nothing says so", async () => {
  const { terminal } = await explore({ layers: [{ content: [whiteout("gone")] }] }, { view: "plan" });
  await terminal.untilText("nothing: these steps take no byte away");
});

it("a heading without anything behind it does not offer to show something", async () => {
  const { terminal } = await explore(
    { layers: [{ content: [file("srv/a", "1".repeat(2000)), file("opt/b", "2")] }] },
    { view: "packages" },
  );
  await terminal.untilText("/srv");
  expect(terminal.rows().at(-1)).not.toContain("enter");
  terminal.press(" ", "j");
  await terminal.until("a file", (screen) => screen.rows().at(-1)!.includes("enter Show"));
});

it.each([
  [[], /and every file of 3 layers, those that a later one deletes too\./],
  [["--secrets", "config"], /and no files \(--secrets config\)\./],
])("where no secret was found, says where one was looked for (%j)", async (args, where) => {
  const { terminal } = await explore(shopImage, { view: "secrets", args });
  await terminal.until("what was searched", (screen) => {
    const text = screen.text().replace(/[│\n]/g, " ").replace(/ +/g, " ");
    return text.includes("No secrets were found. Searched were the config") && where.test(text);
  });
});
