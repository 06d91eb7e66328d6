import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { explore, exploreFile, shopImage } from "../helpers/screen/explore.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { parseReport } from "../helpers/report-schema.ts";
import { runCli } from "../helpers/run-cli.ts";
import { file, whiteout } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import type { TestTerminal } from "../helpers/screen/terminal.ts";

const enter = "\r";
const escape = "\x1b";
const tab = "\t";

it("r before there is a plan says so, and swallows nothing typed after it", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "image.tar"), dockerArchive(shopImage));
  const terminal = await exploreFile("image.tar", directory, { view: "plan" });
  await terminal.until("the tab", (screen) => screen.isAlternate && screen.text().includes("Plan"));
  terminal.press("r", "?");
  await terminal.until("the help", (screen) => screen.text().includes("Moving about"));
  terminal.press(escape);
  await terminal.untilText("[x] merge 3 layers into one");
  terminal.press("r");
  await terminal.untilText("Write the new image to");
});

it("offers a key to overwrite what is there already, and overwrites with it alone", async () => {
  const { terminal, directory } = await explore();
  writeFileSync(join(directory, "slim.tar"), "something of mine");
  terminal.press("5");
  await terminal.untilText("[x] merge 3 layers into one");
  terminal.press("r", "\x15", "docker-archive:slim.tar", enter);
  await terminal.until(
    "it is refused, with a way on",
    (screen) => /exists/.test(screen.text()) && /\bo\b.*overwrite|overwrite.*\bo\b/i.test(screen.text()),
  );
  expect(readFileSync(join(directory, "slim.tar"), "utf8")).toBe("something of mine");
  terminal.press("o");
  await terminal.untilText("written to docker-archive:slim.tar");
  const written = await runCli(["analyze", "docker-archive:slim.tar", "--json"], { cwd: directory });
  expect(written.status).toBe(0);
  expect(parseReport(written.stdout).layers).toHaveLength(1);
});

it("layer details begin with the line of the Dockerfile", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "image.tar"), dockerArchive(shopImage));
  writeFileSync(join(directory, "Dockerfile"), "FROM debian\n\nCOPY shop.conf /etc/shop.conf\nRUN rm -rf /var/cache\n");
  const terminal = await exploreFile("image.tar", directory, { args: ["--dockerfile", "./Dockerfile"] });
  const beginDetails = (screen: TestTerminal, text: string): boolean => {
    const rows = screen.rows();
    return rows[rows.findIndex((row) => row.includes("Layer Details")) + 1]?.includes(text) ?? false;
  };
  await terminal.until("the base's line", (screen) => beginDetails(screen, "FROM Dockerfile:1 "));
  terminal.press("j");
  await terminal.until("the line of COPY", (screen) => beginDetails(screen, "Dockerfile:3 COPY shop.conf"));
  terminal.press("j");
  await terminal.until("the line of RUN", (screen) => beginDetails(screen, "Dockerfile:4 RUN rm -rf /var/cache"));
  // Between its neighbours, with its price.
  await terminal.until(
    "the instruction in the file",
    (screen) => /Dockerfile: adds \S+ k?B/.test(screen.text()) && screen.text().includes("3  COPY shop.conf"),
  );
});

it("details of waste, secrets, leftovers and packages name their line of the Dockerfile", async () => {
  const directory = temporaryDirectory();
  const image = {
    config: { Env: ["PAYMENT_API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3"] },
    layers: [
      { empty_layer: true, created_by: "ENV PAYMENT_API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3" },
      { content: [file("var/lib/apt/lists/main", "x".repeat(40_000))], createdBy: "RUN /bin/sh -c apt-get update # buildkit" },
      {
        content: [file("app/big", "y".repeat(60_000)), file("app/node_modules/pad/package.json", '{"name":"pad","version":"1.3.0"}')],
        createdBy: "COPY app /app # buildkit",
      },
      { content: [whiteout("app/big")], createdBy: "RUN /bin/sh -c rm /app/big # buildkit" },
    ],
  };
  writeFileSync(join(directory, "image.tar"), dockerArchive(image));
  const key = "PAYMENT_API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3";
  writeFileSync(join(directory, "Dockerfile"), `FROM scratch\nENV ${key}\nRUN apt-get update\nCOPY app /app\nRUN rm /app/big\n`);
  const terminal = await exploreFile("image.tar", directory, { args: ["--dockerfile", "./Dockerfile"], columns: 160 });
  await terminal.untilText("1 secret");
  const tabs = [
    ["2", [/stored by +layer 1: Dockerfile:4 COPY/, /removed by +layer 2: Dockerfile:5 RUN/]],
    ["3j", [/found in +env, key PAYMENT_API_KEY, Dockerfile:2/]],
    ["4j", [/layer +0: Dockerfile:3 RUN/]],
    ["7G", [/layer +1: Dockerfile:4 COPY/]],
  ] as const;
  for (const [keys, expected] of tabs) {
    terminal.press(...keys);
    for (const line of expected) await terminal.until(`${keys}: ${line}`, (screen) => line.test(screen.text()));
  }
});

it("esc from a diff goes back to where it came from", async () => {
  const { terminal } = await explore();
  terminal.press("\x1b[B", "/", "shop.conf", enter);
  await terminal.untilText("1 of 1");
  terminal.press("v");
  await terminal.until("the viewer", (screen) => /1 port = 8080/.test(screen.text()));
  terminal.press("D");
  await terminal.untilText("+port = 8080");
  terminal.press(escape);
  await terminal.until("the viewer again", (screen) => /1 port = 8080/.test(screen.text()));
  terminal.press(escape);
  await terminal.untilText("Path Details");
  terminal.press("D");
  await terminal.untilText("+port = 8080");
  terminal.press(escape);
  await terminal.untilText("Path Details");
});

it("help begins with the keys of where one is", async () => {
  const { terminal } = await explore();
  terminal.press("5", "?");
  await terminal.untilText("write the new image and prove");
  expect(terminal.text()).not.toContain("view the file");
  terminal.press(escape);
  await terminal.until("help is gone", (screen) => !screen.text().includes("write the new image and prove"));
  terminal.press("1", tab, "?");
  await terminal.untilText("view the file");
  expect(terminal.text()).not.toContain("write the new image and prove");
});

it("the border between the columns moves, and stays where it was put for a terminal of this size", async () => {
  const { terminal, directory } = await explore();
  const edge = (screen: typeof terminal): number => screen.row(1).indexOf("┐┌");
  const before = edge(terminal);
  terminal.press("}", "}");
  await terminal.until("it is wider", (screen) => edge(screen) >= before + 8);
  const wider = edge(terminal);
  terminal.press("q");
  await terminal.exited;
  const again = await exploreFile("image.tar", directory);
  await again.until("the same border", (screen) => edge(screen) === wider);
  const other = await exploreFile("image.tar", directory, { columns: 140 });
  await other.until("another size has its own", (screen) => edge(screen) === Math.floor(140 * 0.44) - 1);
});

it("says where one is, how much a closed directory holds, and which bytes a later layer makes useless", async () => {
  const { terminal } = await explore();
  await terminal.until("the mark of waste", (screen) => /✗.*packages\.bin|packages\.bin.*✗/.test(screen.text()));
  terminal.press("/", "usr/bin/tool", enter);
  await terminal.untilText("1 of 1");
  await terminal.until("the path bar", (screen) => screen.rows().some((row) => /└─ \/usr\/bin\/tool /.test(row)));
  terminal.press("h", "h");
  await terminal.until("a closed directory with its count", (screen) => /▸ bin\/ +2 items/.test(screen.text()));
});

it("copies in every tab what the cursor is on, from headings too", async () => {
  const { terminal } = await explore({
    config: { Env: ["PAYMENT_API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3"] },
    layers: [[file("a/one", "d".repeat(5000)), file("b/two", "d".repeat(5000)), file("c", "x")], [file("c", "y")]],
  });
  const copied = (): string[] =>
    terminal.output
      .split("\x1b]52;c;")
      .slice(1)
      .map((rest) => Buffer.from(rest.slice(0, rest.indexOf("\x07")), "base64").toString());
  const tabs = [
    ["0", "env, key PAYMENT_API_KEY", "env, key PAYMENT_API_KEY"],
    ["1", "Current Layer Contents", /^sha256:/],
    ["2", "overwritten 0 → 1", "/c"],
    ["3", "▾ High", /^High/],
    ["4", "▾   5.00 kB", /^Same content at several paths/],
    ["5", "merge 2 layers into one", /^merge 2 layers into one/],
    ["6", "Config and history", /^sha256:/],
    ["7", "Made of", /^\/[ab]$/],
  ] as const;
  const expected: unknown[] = [];
  for (const [key, shown, what] of tabs) {
    terminal.press(key);
    await terminal.untilText(shown);
    terminal.press("g", "y");
    expected.push(typeof what === "string" ? what : expect.stringMatching(what));
    await terminal.until(`something copied in tab ${key}`, () => copied().length === expected.length);
  }
  expect(copied()).toEqual(expected);
});

it("the diff of long lines could not be read whole: w wraps them, as in the viewer", async () => {
  const long = (word: string): string => `${"lorem ipsum ".repeat(20)}${word}\n`;
  const { terminal } = await explore({ layers: [[file("notes", long("before"))], [file("notes", long("after"))]] }, { columns: 100 });
  terminal.press("j", tab, "D");
  await terminal.untilText("--- layer 0");
  expect(terminal.text()).not.toContain("before");
  terminal.press("w");
  await terminal.until("both ends", (screen) => screen.text().includes("before") && screen.text().includes("after"));
  expect(terminal.text()).toContain("w Unwrap");
  terminal.press("w");
  await terminal.until("cut again", (screen) => !screen.text().includes("before"));
});

it.each([
  ["small", 30, undefined],
  ["large, in a compressed layer", 40_000, "gzip" as const],
])("a file of the same size and time and another content was said to be stored again (%s)", async (_, bytes, compression) => {
  const layers = ["a", "b"].map((letter) => ({ content: [file("conf", letter.repeat(bytes))], ...(compression && { compression }) }));
  const { terminal, directory } = await explore({ layers: [...layers, { content: [file("conf", "b".repeat(bytes))] }] });
  terminal.press("j");
  await terminal.until("the change", (screen) => /│~ .*conf/.test(screen.text()));
  terminal.press("j");
  await terminal.until("no change", (screen) => /│= .*conf/.test(screen.text()));
  terminal.press("q");
  await terminal.exited;
  // What is known from the run before tells as much.
  const again = await exploreFile("image.tar", directory);
  await again.until("the figures", (screen) => /\d secrets/.test(screen.row(0)));
  again.press("j");
  await again.until("the change", (screen) => /│~ .*conf/.test(screen.text()));
});
