import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { exploreFile, exploreFileInPty } from "../helpers/screen/explore.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { writeFiles } from "../helpers/image/files.ts";
import { ociArchive, ociLayout } from "../helpers/image/oci.ts";
import { FedSession } from "../helpers/screen/ui-fixture.ts";
import { projectRoot } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

it("other-platforms-out-of-reach: p lists those of the index and opens the one that is chosen, on the tab one was on", async () => {
  const directory = temporaryDirectory();
  copyFileSync(join(projectRoot, "samples/platforms.tar"), join(directory, "image.tar"));
  const terminal = await exploreFile("image.tar", directory, { view: "config", args: ["--platform", "linux/amd64"] });
  await terminal.until("the image", (screen) => /platform +linux\/amd64/.test(screen.text()));
  terminal.press("p");
  await terminal.untilText("● linux/amd64");
  terminal.press("j", "\r");
  await terminal.until("the other one", (screen) => /platform +linux\/arm64/.test(screen.text()));
  terminal.press("p");
  await terminal.untilText("● linux/arm64");
  terminal.press("\x1b", "p", "k", "\r");
  await terminal.until("the first again", (screen) => /platform +linux\/amd64/.test(screen.text()));
});

it("a platform that is listed and not there is said to be so, and chosen in vain without leaving the image", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "image.tar"), ociArchive([{ layers: [], platform: "linux/amd64" }], { absentPlatforms: ["linux/s390x"] }));
  const terminal = await exploreFile("image.tar", directory, { view: "config" });
  await terminal.until("the image", (screen) => /platform +linux\/amd64/.test(screen.text()));
  terminal.press("p");
  await terminal.untilText("linux/s390x  listed, its content is not there");
  terminal.press("j", "\r");
  await terminal.untilText("pull or save it first");
});

it("none-for-this-machine: where no platform is this machine's, the choice is offered, and the reason behind it", async () => {
  const directory = temporaryDirectory();
  const images = ["linux/s390x", "linux/mips64"].map((platform) => ({ layers: [], platform }));
  writeFileSync(join(directory, "image.tar"), ociArchive(images));
  const terminal = await exploreFile("image.tar", directory, { view: "config" });
  await terminal.untilText("Platforms of image.tar");
  terminal.press("\x1b");
  await terminal.untilText("p another platform");
  expect(terminal.text()).toContain("none for this machine");
  terminal.press("p", "j", "\r");
  await terminal.until("the second", (screen) => /platform +linux\/mips64/.test(screen.text()));
});

describe("several-images-in-one-archive: they could be opened by their names alone, typed on the command line", () => {
  const twoTags = ["app:1", "app:2"].map((tag) => ({ tags: [tag], layers: [[file("tag", tag)]], config: { Labels: { tag } } }));

  it("docker save of two tags: which one is asked at once, p leads to the other, on the tab one was on", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "image.tar"), dockerArchive(twoTags));
    const terminal = await exploreFile("image.tar", directory, { view: "config" });
    await terminal.untilText("Images to choose from");
    terminal.press("\x1b");
    await terminal.untilText("image.tar holds 2 images: app:1, app:2");
    expect(terminal.text()).toContain("p another of its images");
    terminal.press("p", "j", "\r");
    await terminal.until("the second", (screen) => /tag=app:2/.test(screen.text()));
    terminal.press("p");
    await terminal.until("which one it is", (screen) => /● app:2 +linux\/amd64/.test(screen.text()) && screen.text().includes("  app:1"));
    terminal.press("k", "\r");
    await terminal.until("the first", (screen) => /tag=app:1/.test(screen.text()));
  });

  it("leaving instead of choosing says what there was to choose from", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "image.tar"), dockerArchive(twoTags));
    const terminal = await exploreFileInPty("image.tar", directory);
    await terminal.untilText("Images to choose from");
    terminal.press("q");
    expect((await terminal.exited).exitCode).toBe(2);
    await terminal.untilText("image.tar holds 2 images: app:1, app:2");
  });

  it("a layout with tags and platforms: each row is one of each, also where one was named on the command line", async () => {
    const directory = temporaryDirectory();
    const images = twoTags.flatMap((image) => ["linux/amd64", "linux/arm64"].map((platform) => ({ ...image, platform })));
    writeFiles(join(directory, "layout"), ociLayout(images));
    const terminal = await exploreFile("oci:layout:app:1", directory, { view: "config", args: ["--platform", "linux/arm64"] });
    await terminal.until("the image", (screen) => /platform +linux\/arm64/.test(screen.text()));
    terminal.press("p");
    await terminal.until("all four", (screen) => /● app:1 +linux\/arm64/.test(screen.text()) && screen.text().includes("  app:2"));
    terminal.press("j", "\r");
    await terminal.until("another tag", (screen) => /tag=app:2/.test(screen.text()));
    expect(terminal.text()).toMatch(/platform +linux\/amd64/);
  });
});

it("long names in a narrow terminal: what tells them apart, and the platform, had no room", async () => {
  const { terminal, session } = await showApp(62, 24);
  session.listener!.onOffered(
    [1, 2].map((number) => ({
      name: `image:${number}`,
      title: `registry.example.com/team/a-name-of-great-length/and-more-of-it:${number}`,
      platform: { os: "linux", architecture: "amd64" },
      digest: null,
      isAbsent: false,
    })),
  );
  session.listener!.onError(new BallastError("ambiguous-image", "there are two"));
  await terminal.until("the choice", (screen) => /registry\S+…\S+:1 +linux\/amd64 .*\n.*:2 +linux\/amd64 /.test(screen.text()));
});

it("no-way-back: esc leads back to the image before while another is still being opened, and when it cannot be", async () => {
  const opened: { readonly session: FedSession; readonly platform: string | null }[] = [];
  const { terminal } = await showApp(100, 30, {
    name: null,
    open(name, platform) {
      const session = new FedSession(name);
      opened.push({ session, platform });
      return session;
    },
  });
  const open = async (count: number): Promise<FedSession> => {
    await terminal.until(`image ${count}`, () => (opened[count]?.session.listener ?? null) !== null);
    return opened[count]!.session;
  };
  terminal.press("test\r");
  const first = (await open(0)).listener!;
  first.onOffered(
    ["amd64", "s390x"].map((architecture) => ({
      name: null,
      title: null,
      platform: { os: "linux", architecture },
      digest: null,
      isAbsent: false,
    })),
  );
  first.onImage(imageOf(1));
  terminal.press("p");
  await terminal.untilText("Platforms of test");
  terminal.press("j", "\r");
  await open(1);
  expect(opened[1]!.platform).toBe("linux/s390x");
  await terminal.untilText("esc Back");
  terminal.press("p");
  await terminal.untilText("Platforms of test");
  terminal.press("\x1b", "\x1b", "p");
  await terminal.untilText("● linux/amd64");
  terminal.press("j", "\r");
  (await open(2)).listener!.onError(new BallastError("read-failed", "the line is dead"));
  await terminal.untilText("esc back");
  terminal.press("\x1b", "p");
  await terminal.untilText("● linux/amd64");
});
