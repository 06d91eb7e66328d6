import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { environmentIn, shopImage } from "../helpers/screen/explore.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath, runCli } from "../helpers/run-cli.ts";
import { runHere } from "../helpers/run-here.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { openTerminal } from "../helpers/screen/terminal.ts";
import type { TestTerminal } from "../helpers/screen/terminal.ts";

const enter = "\r";
const escape = "\x1b";

/** `ballast` without an argument, in a directory with two archives. */
async function picker(): Promise<TestTerminal> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "shop.tar"), dockerArchive(shopImage));
  writeFileSync(join(cwd, "other.tar"), dockerArchive({ tags: ["other:1"], layers: [[file("alone", "x".repeat(7000))]] }));
  const terminal = await pickerIn(cwd);
  await terminal.untilText("other.tar");
  return terminal;
}

async function pickerIn(cwd: string, home = cwd): Promise<TestTerminal> {
  const env = {
    ...cleanEnvironment(),
    HOME: home,
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_STATE_HOME: join(home, ".state"),
  } as Record<string, string>;
  const terminal = await openTerminal(process.execPath, [cliPath], { env, cwd });
  onTestFinished(() => terminal.close());
  return terminal;
}

it("offers the archives of this directory, narrows them by what is typed, and opens the one that is left", async () => {
  const terminal = await picker();
  expect(terminal.text()).toContain("shop.tar");
  terminal.press("sho");
  await terminal.until("the other is gone", (screen) => !screen.text().includes("other.tar") && screen.text().includes("shop.tar"));
  terminal.press(enter);
  await terminal.until("the image", (screen) => /shop\.tar, linux/.test(screen.row(1)) && screen.row(0).includes("wasted"));
});

it("switches to another image inside, and lists the one before as recent", async () => {
  const terminal = await picker();
  terminal.press("shop", enter);
  await terminal.until("the first image", (screen) => screen.row(0).includes("wasted"));
  terminal.press("i");
  await terminal.until("the first image is a recent one", (screen) =>
    /shop\.tar.* ago .*recent|shop\.tar.*just now.*recent/.test(screen.text()),
  );
  terminal.press("other", enter);
  await terminal.until("the second image", (screen) => /other\.tar, linux/.test(screen.row(1)) && screen.row(0).includes("100 %"));
  terminal.press("i", escape);
  await terminal.until("still the second image", (screen) => /other\.tar, linux/.test(screen.row(1)));
});

it("a recent archive is the same file in every directory, listed once where it lies, and no more once it is gone", async () => {
  const home = temporaryDirectory();
  for (const name of ["here", "elsewhere"]) mkdirSync(join(home, name));
  writeFileSync(join(home, "here/shop.tar"), dockerArchive(shopImage));
  const first = await pickerIn(join(home, "here"), home);
  await first.untilText("shop.tar");
  first.press(enter);
  await first.until("the image", (screen) => screen.row(0).includes("wasted"));
  first.press("i");
  await first.until("recent, and not here too", (screen) => /shop\.tar .*recent/.test(screen.text()) && !screen.text().includes("looking"));
  expect(first.text().match(/shop\.tar/g)).toHaveLength(1);
  first.press("\x03");
  await first.exited;

  const second = await pickerIn(join(home, "elsewhere"), home);
  await second.untilText("~/here/shop.tar");
  second.press(enter);
  await second.until("the same image", (screen) => screen.row(0).includes("wasted"));
  second.press("q");
  await second.exited;

  rmSync(join(home, "here/shop.tar"));
  const third = await pickerIn(join(home, "elsewhere"), home);
  await third.untilText("no image was found here");
}, 60_000);

it("leaves with esc when no image was chosen, and opens any name that is typed", async () => {
  const terminal = await picker();
  terminal.press("./nowhere.tar", enter);
  await terminal.untilText("try again");
  terminal.press(enter);
  await terminal.untilText("Open an image");
  terminal.press("\x15", escape);
  await terminal.untilText("try again");
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(3);
  const other = await picker();
  other.press(escape);
  expect((await other.exited).exitCode).toBe(0);
});

it("prints the help where there is no terminal to choose on", async () => {
  const { stdout, status } = await runCli([]);
  expect(status).toBe(0);
  expect(stdout).toContain("ballast [COMMAND] IMAGE");
});

it("says which engine could not be asked, and why: nobody looks in vain for what it has", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "shop.tar"), dockerArchive(shopImage));
  const env = environmentIn(cwd, {
    HOME: cwd,
    DOCKER_HOST: "unix:///nonexistent.sock",
    CONTAINERD_ADDRESS: "/nonexistent/containerd.sock",
  });
  const terminal = await runHere([], { env, cwd });
  onTestFinished(() => terminal.close());
  await terminal.untilText("shop.tar");
  await terminal.untilText("Docker is not running: there is no socket /nonexistent.sock (from DOCKER_HOST)");
  await terminal.untilText("containerd is not running: there is no socket /nonexistent/containerd.sock");
  // Podman, of which nobody said that it runs, takes no line of its own.
  expect(terminal.text()).not.toContain("Podman is not running");
  terminal.press("shop");
  await terminal.until("the row is still there", (screen) => /shop\.tar.*here/.test(screen.text()));
});
