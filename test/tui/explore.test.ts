import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { itComponents } from "../helpers/components/available.ts";
import { explore, exploreFile, exploreInPty, shopImage } from "../helpers/screen/explore.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath } from "../helpers/run-cli.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { openTerminal } from "../helpers/screen/terminal.ts";
import type { TestTerminal } from "../helpers/screen/terminal.ts";

const tab = "\t";
const enter = "\r";
const escape = "\x1b";
const down = "\x1b[B";

/** The row whose background is the cursor's, in the right half. */
function rowWith(terminal: TestTerminal, text: string): string {
  return terminal.rows().find((row) => row.includes(text)) ?? "";
}

describe("explore", () => {
  it("shows layers, files and figures, and moves between layers", async () => {
    const { terminal } = await explore();
    expect(terminal.row(0)).toContain("1 Files");
    expect(rowWith(terminal, "ADD file:rootfs")).toContain("130 kB");
    expect(terminal.text()).toContain("Potential wasted space:");
    terminal.press(down);
    await terminal.until("layer 1 is shown", (screen) => rowWith(screen, "etc/").includes("~"));
    terminal.press(down);
    await terminal.until("layer 2 is shown", (screen) => rowWith(screen, " var/").includes("~"));
  });

  it("opens directories and tells added, modified, metadata-only and removed apart", async () => {
    const { terminal } = await explore();
    terminal.press(down, tab, "z");
    await terminal.until("everything is open", (screen) =>
      ["── motd", "── poem", "── tool", "── shop.conf"].every((row) => rowWith(screen, row) !== ""),
    );
    expect(rowWith(terminal, "poem")).toMatch(/│\+ -rw-r--r--/);
    expect(rowWith(terminal, "── shop.conf")).toMatch(/~ -rw-r--r--.*\(content\)/);
    expect(rowWith(terminal, "── tool")).toMatch(/= -rwx------.*\(mode\)/);
    expect(rowWith(terminal, "── motd")).toMatch(/│ {2}-rw-r--r--/);
    terminal.press(tab, down);
    await terminal.until("the cache is shown as removed", (screen) => rowWith(screen, "packages.bin").includes("- -rw-r--r--"));
  });

  it("searches while typing and goes on with n", async () => {
    const { terminal } = await explore();
    terminal.press("/", "o", "o", "l");
    await terminal.until("the match is opened", (screen) => rowWith(screen, "── tool") !== "");
    terminal.press("\x7f\x7f\x7f", "s", "h", "o", "p");
    await terminal.untilText("1 of 2");
    terminal.press(enter, "n");
    await terminal.untilText("2 of 2");
    terminal.press("N");
    await terminal.untilText("1 of 2");
  });

  it("filters by substring, glob and regular expression, and says what is wrong with a pattern", async () => {
    const { terminal } = await explore();
    terminal.press(tab, "\x06", "motd");
    await terminal.until("only motd is left", (screen) => screen.text().includes("── motd") && !screen.text().includes("usr/"));
    terminal.press("\x15", tab, "*.conf");
    await terminal.until(
      "only shop.conf is left",
      (screen) => screen.text().includes("[glob") && screen.text().includes("── shop.conf") && !screen.text().includes("── motd"),
    );
    terminal.press("\x15", tab, "sho(");
    await terminal.untilText("missing closing )");
    terminal.press("p)$");
    await terminal.untilText("── shop");
    terminal.press(escape);
    await terminal.untilText("usr/");
  });

  it("keeps the cursor on its file when the filter goes", async () => {
    const { terminal } = await explore();
    terminal.press(tab, "f", "motd", enter);
    await terminal.until("the filter holds", (screen) => rowWith(screen, "── motd") !== "" && rowWith(screen, "── tool") === "");
    terminal.press("G");
    await terminal.untilText("/etc/motd");
    terminal.press(escape);
    await terminal.until("the whole tree is back", (screen) => screen.text().includes("── usr/") || screen.text().includes("usr/"));
    expect(terminal.text()).toContain("/etc/motd");
  });

  it("views a text file with line numbers and finds in it; shows a binary as bytes", async () => {
    const { terminal } = await explore();
    terminal.press(down, "/", "poem", enter);
    await terminal.untilText("1 of 1");
    terminal.press(enter);
    await terminal.until("the poem", (screen) => /2 two fish/.test(screen.text()));
    terminal.press("/", "blue", enter);
    await terminal.untilText("/blue");
    terminal.press(escape);
    await terminal.untilText("Current Layer");
    terminal.press("/", "usr/bin/shop", enter);
    await terminal.untilText("/usr/bin/shop 1 of 1");
    terminal.press(enter);
    await terminal.untilText("7f 45 4c 46");
  });

  it("compares the two versions of a file", async () => {
    const { terminal } = await explore();
    terminal.press(down, "/", "shop.conf", enter);
    await terminal.untilText("1 of 1");
    terminal.press("D");
    await terminal.untilText("+port = 8080");
    expect(terminal.text()).toContain("-port = 80");
    expect(terminal.text()).toContain("Metadata");
  });

  it("extracts a file and a directory to disk, and never over something", async () => {
    const { terminal, directory } = await explore();
    terminal.press(down, "/", "poem", enter);
    await terminal.untilText("1 of 1");
    terminal.press("e", "\x15", "out", enter);
    await terminal.untilText("wrote out/poem");
    expect(readFileSync(join(directory, "out/poem"), "utf8")).toContain("red fish");
    terminal.press("h", "e", "\x15", "out", enter);
    await terminal.untilText("wrote out/etc");
    expect(readFileSync(join(directory, "out/etc/shop.conf"), "utf8")).toContain("8080");
    terminal.press("e", "\x15", "out", enter);
    await terminal.untilText("exists already");
  });

  it("jumps to the layer that last changed a path, and to the largest waste", async () => {
    const { terminal } = await explore();
    terminal.press(down, down, "/", "motd", enter);
    await terminal.untilText("1 of 1");
    terminal.press("L");
    await terminal.until("layer 0 is selected", (screen) => rowWith(screen, "── motd").includes("+"));
    terminal.press("W");
    await terminal.untilText("/var/cache/packages.bin");
  });

  it("shows waste by cause, directory and layer, and leads from a row to the file", async () => {
    const { terminal } = await explore();
    terminal.press("2");
    await terminal.untilText("Removed: a later layer");
    expect(terminal.text()).toContain("/var/cache/packages.bin");
    for (const order of ["by cause", "by directory", "by layer"]) {
      terminal.press("o");
      await terminal.untilText(order);
    }
    terminal.press("G");
    await terminal.until("the layer that made it useless", (screen) => /removed by +layer 2: /.test(screen.text().replace(/│/g, " ")));
    terminal.press(enter);
    await terminal.untilText("Path Details");
  });

  it("shows config, environment and history", async () => {
    const { terminal } = await explore();
    terminal.press("6");
    await terminal.untilText("MODE=production");
    expect(terminal.text()).toContain("/usr/bin/shop --serve");
    expect(terminal.text()).toContain("team=fishmongers");
  });

  it("shows every key with ?", async () => {
    const { terminal } = await explore();
    terminal.press("?");
    await terminal.untilText("Moving about");
    terminal.press(escape);
    await terminal.until("help is gone", (screen) => !screen.text().includes("Moving about"));
  });

  it("covers a range of layers", async () => {
    const { terminal } = await explore();
    terminal.press("v", down, down);
    await terminal.untilText("Contents of Layers 0‥2");
    terminal.press(escape);
    await terminal.untilText("Current Layer Contents");
    terminal.press("a");
    await terminal.untilText("Aggregated Layer Contents");
  });
});

describe("explore with a mouse", () => {
  it("selects layers, tabs and rows, sorts by the header, scrolls with the wheel", async () => {
    const { terminal } = await explore();
    const layer = terminal.rows().findIndex((row) => row.includes("COPY shop.conf"));
    terminal.click(10, layer);
    await terminal.until("layer 1", (screen) => rowWith(screen, "etc/").includes("~"));
    const header = terminal.rows().findIndex((row) => row.includes("Filetree"));
    terminal.click(100, header);
    await terminal.untilText("Filetree▾");
    const etc = terminal.rows().findIndex((row) => row.includes("etc/"));
    terminal.click(100, etc);
    await terminal.untilText("Path Details");
    terminal.click(100, etc);
    await terminal.untilText("── poem");
    terminal.click(terminal.row(0).indexOf("2 Waste") + 2, 0);
    await terminal.untilText("Removed: a later layer");
  });
});

describe("explore on the terminal", () => {
  it("adapts to the size, folds below 90 columns, and says what it needs below 60 × 20", async () => {
    const { terminal } = await explore();
    terminal.resize(80, 24);
    await terminal.until("one column", (screen) => screen.row(1).startsWith("┌─ Layers") && screen.row(1).length === 80);
    terminal.press(tab);
    await terminal.until("the files alone", (screen) => screen.row(1).startsWith("┌─ Current Layer"));
    terminal.resize(60, 20);
    await terminal.until("the smallest size", (screen) => screen.row(1).length === 60 && screen.row(18).startsWith("└"));
    terminal.resize(50, 12);
    await terminal.untilText("60 × 20");
    terminal.resize(16, 5);
    await terminal.until("all of it, in words", (screen) => /q leaves\.[^]*60 × 20,[^]*16 × 5\./.test(screen.text()));
    terminal.resize(120, 40);
    await terminal.untilText("Image Details");
  });

  it.each(["q", "\x03"])("leaves at once with the terminal as it was (%j)", async (key) => {
    const { terminal } = await explore();
    expect(terminal.isAlternate).toBe(true);
    terminal.press(key);
    expect((await terminal.exited).exitCode).toBe(0);
    await terminal.until("the normal screen", (screen) => !screen.isAlternate);
    expect(terminal.output).toContain("\x1b[?1006l");
    // The window has its title back, which the terminal kept.
    expect(terminal.output.split("\x1b[22;2t")).toHaveLength(2);
    expect(terminal.output.split("\x1b[23;2t")).toHaveLength(2);
    expect(terminal.output.lastIndexOf("\x1b[?25h")).toBeGreaterThan(terminal.output.lastIndexOf("\x1b[?25l"));
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const)("gives the terminal back on %s and exits with %i", async (signal, status) => {
    const { terminal } = await exploreInPty();
    process.kill(terminal.pty.pid, signal);
    expect((await terminal.exited).exitCode).toBe(status);
    expect(terminal.output).toContain("\x1b[?1049l");
  });

  itComponents(["bash"], "suspends to the shell on ctrl+z and comes back with fg, and with nothing but that", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "image.tar"), dockerArchive(shopImage));
    const env = { ...cleanEnvironment(), PS1: "$ " };
    const shell = await openTerminal("bash", ["--norc", "--noprofile", "-i"], { env, cwd: directory });
    onTestFinished(() => shell.close());
    // With `set -b` bash says at once when a job stops.
    shell.press(`set -b; ${process.execPath} ${cliPath} explore image.tar\r`);
    await shell.untilText("efficiency score");
    shell.press("\x1a");
    await shell.until("the shell's prompt", (screen) => !screen.isAlternate && screen.text().includes("Stopped"));
    // In the background it is stopped again before it paints anything over the shell.
    shell.press("bg\r");
    await shell.until("stopped once more", ({ output }) => output.split("Stopped").length > 2);
    expect(shell.text()).not.toContain("│");
    shell.press("fg\r");
    await shell.until("the screen is back", (screen) => screen.isAlternate && screen.text().includes("Layers"));
    shell.press("q");
    // Until its prompt is there, what is typed may be taken for the terminal's late answer about its background.
    await shell.until(
      "the shell's prompt again",
      (screen) => !screen.isAlternate && screen.row(screen.emulator.buffer.active.cursorY) === "$ ",
    );
    shell.press("echo status $?\r");
    await shell.untilText("status 0");
  });

  itComponents(["bash"], "a terminal that got another size meanwhile: fg painted over the shell's screen, and left it so", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "image.tar"), dockerArchive(shopImage));
    const env = { ...cleanEnvironment(), PS1: "$ " };
    const shell = await openTerminal("bash", ["--norc", "--noprofile", "-i"], { env, cwd: directory });
    onTestFinished(() => shell.close());
    shell.press(`set -b; ${process.execPath} ${cliPath} explore image.tar\r`);
    await shell.untilText("efficiency score");
    shell.press("\x1a");
    await shell.until("the shell's prompt", (screen) => !screen.isAlternate && screen.text().includes("Stopped"));
    shell.resize(100, 30);
    shell.press("fg\r");
    await shell.until("the screen is back", (screen) => screen.isAlternate && screen.row(29).includes("Quit"));
    shell.press("q");
    await shell.until(
      "the shell's prompt again",
      (screen) => !screen.isAlternate && screen.row(screen.emulator.buffer.active.cursorY) === "$ ",
    );
    expect(shell.text()).not.toContain("│");
    expect(shell.text()).not.toContain("Quit");
  });

  it("suspends whatever is open, and stays on the screen where no shell could bring it back", async () => {
    const { terminal } = await exploreInPty();
    for (const [keys, shown] of [
      ["", "Layers"],
      ["i", "Open an image"],
      ["\x1b/sh", "Search: sh"],
    ] as const) {
      terminal.press(...keys);
      await terminal.untilText(shown);
      const times = terminal.output.split("\x1b[?1049l").length;
      terminal.press("\x1a");
      await terminal.until("the normal screen", ({ output }) => output.split("\x1b[?1049l").length > times);
      await terminal.until("the screen is back", (screen) => screen.isAlternate && screen.text().includes(shown));
    }
  });

  it.each([{ TERM: "dumb" }, { CI: "true" }])("prints the report instead when the terminal cannot show it (%j)", async (env) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "image.tar"), dockerArchive(shopImage));
    const terminal = await exploreFile("image.tar", directory, { env });
    expect((await terminal.exited).exitCode).toBe(0);
    expect(terminal.output).toContain("Wasted");
    expect(terminal.output).not.toContain("\x1b[?1049h");
  });
});
