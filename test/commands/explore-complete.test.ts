import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { imageCompleter } from "../../src/commands/explore/choice/complete.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function home(): string {
  const directory = temporaryDirectory();
  for (const name of ["images/deep", "images/layout", ".hidden"]) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, "images/layout/oci-layout"), "{}");
  for (const name of ["app.tar", "apply.tar", "notes.txt"]) writeFileSync(join(directory, "images", name), "x");
  return directory;
}

it("goes on with images and directories where a path leads, with ~ and a transport as they were typed", async () => {
  const HOME = home();
  const complete = imageCompleter({ HOME });
  const namesOf = async (typed: string): Promise<string[]> => (await complete(typed)).map(({ name }) => name).toSorted();
  expect(await namesOf(`${HOME}/im`)).toEqual([`${HOME}/images/`]);
  expect(await namesOf(`${HOME}/`)).toEqual([`${HOME}/images/`]);
  expect(await namesOf(`${HOME}/.h`)).toEqual([`${HOME}/.hidden/`]);
  expect(await namesOf("~/images/")).toEqual(["app.tar", "apply.tar", "deep/", "layout"].map((name) => `~/images/${name}`));
  expect(await namesOf("oci:~/images/l")).toEqual(["oci:~/images/layout"]);
  expect(await namesOf("docker://im")).toEqual([]);
  await expect(namesOf("~/nowhere/a")).rejects.toThrow("ENOENT");
});

it("a link to a directory or a layout is what it leads to", async () => {
  const HOME = home();
  symlinkSync("images", join(HOME, "linked"));
  symlinkSync("layout", join(HOME, "images/same"));
  const complete = imageCompleter({ HOME });
  expect((await complete("~/l")).map(({ name, from }) => [name, from])).toEqual([["~/linked/", "directory"]]);
  expect((await complete("~/linked/s")).map(({ name, from }) => [name, from])).toEqual([["~/linked/same", "here"]]);
});

it("tab goes on with the directory to extract into, too, and lists where it can go on", async () => {
  const HOME = home();
  mkdirSync(join(HOME, "images/depot"));
  const { session, terminal, settle } = await showApp(100, 30, { completeImage: imageCompleter({ HOME }) });
  session.listener!.onImage(imageOf(1));
  session.listener!.onTree(treeOf(["etc/passwd"]), 1);
  const press = async (...keys: string[]): Promise<string> => {
    terminal.press(...keys);
    await settle();
    return terminal.text();
  };
  await settle();
  await press("\t", "e", "\x15");
  expect(await press("~/im", "\t")).toContain("Extract into directory: ~/images/ ");
  const listed = await press("de", "\t");
  expect(listed).toContain("Extract into directory: ~/images/de");
  expect(listed).toMatch(/^ deep\/ {2}depot\/ *$/m);
  const whole = await press("e", "\t");
  expect(whole).toContain("Extract into directory: ~/images/deep/ ");
  expect(whole).not.toContain("depot");
  // Of more than there is room for it says so.
  for (let i = 0; i < 200; i += 1) mkdirSync(join(HOME, `images/deep/a-long-name-${i}`));
  expect(await press("\t", "\t")).toMatch(/a-long-name-\d.* … *\n Extract into directory: ~\/images\/deep\/a-long-name-/);
  // No file is a directory to extract into.
  expect(await press("\x15", "~/images/app", "\t")).toContain("nothing here begins so");
});

it("tab goes as far as all go that begin so and lists them, enter goes on into a directory, and says when nothing begins so", async () => {
  const HOME = home();
  const opened: string[] = [];
  const { terminal, session, settle } = await showApp(100, 30, {
    name: null,
    completeImage: imageCompleter({ HOME }),
    findImages: ({ found }) => {
      found([{ name: "nginx:latest", title: "nginx:latest", from: "docker", bytes: 1, created: null }]);
      return Promise.resolve();
    },
    open: (name) => {
      opened.push(name);
      return session;
    },
  });
  const press = async (...keys: string[]): Promise<string> => {
    terminal.press(...keys);
    await settle();
    return terminal.text();
  };
  expect(await press("ngi", "\t")).toContain("Image: nginx:latest");
  expect(await press("\x15", "nowhere/a", "\t")).toContain("nothing here begins with nowhere/a");
  const whole = await press("\x15", "~/im", "\t");
  expect(whole).toContain("Image: ~/images/");
  expect(whole).not.toContain("nothing here");
  const listed = await press("\t");
  for (const name of ["app.tar", "apply.tar", "deep/", "layout"]) expect(listed).toContain(`~/images/${name}`);
  expect(await press("a", "\t")).toContain("Image: ~/images/app");
  await press("\x15", "~/images/", "\t");
  expect(await press("\x1b[B", "\x1b[B", "\r")).toContain("Image: ~/images/deep/");
  expect(opened).toEqual([]);
  await press("\x15", "~/images/la", "\t");
  await press("\r");
  expect(opened).toEqual(["~/images/layout"]);
});
