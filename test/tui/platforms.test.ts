import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { exploreFile } from "../helpers/screen/explore.ts";
import { ociArchive } from "../helpers/image/oci.ts";
import { FedSession } from "../helpers/screen/ui-fixture.ts";
import { projectRoot } from "../helpers/run-cli.ts";
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

it("none-for-this-machine: where no platform is this machine's, the choice is offered beside the reason", async () => {
  const directory = temporaryDirectory();
  const images = ["linux/s390x", "linux/mips64"].map((platform) => ({ layers: [], platform }));
  writeFileSync(join(directory, "image.tar"), ociArchive(images));
  const terminal = await exploreFile("image.tar", directory, { view: "config" });
  await terminal.untilText("p another platform");
  terminal.press("p", "j", "\r");
  await terminal.until("the second", (screen) => /platform +linux\/mips64/.test(screen.text()));
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
  first.onPlatforms(["amd64", "s390x"].map((architecture) => ({ platform: { os: "linux", architecture }, isAbsent: false })));
  first.onImage(imageOf(1));
  terminal.press("p");
  await terminal.untilText("Platforms of test");
  terminal.press("j", "\r");
  await open(1);
  expect(opened[1]!.platform).toBe("linux/s390x");
  await terminal.untilText("esc Back");
  terminal.press("\x1b", "p");
  await terminal.untilText("● linux/amd64");
  terminal.press("j", "\r");
  (await open(2)).listener!.onError(new BallastError("read-failed", "the line is dead"));
  await terminal.untilText("esc back");
  terminal.press("\x1b", "p");
  await terminal.untilText("● linux/amd64");
});
