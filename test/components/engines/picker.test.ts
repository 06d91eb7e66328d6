import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { startContainerd } from "../../helpers/components/engines/containerd.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import { startPodman } from "../../helpers/components/engines/podman.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { cleanEnvironment, cliPath } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { openTerminal } from "../../helpers/screen/terminal.ts";
import type { TestTerminal } from "../../helpers/screen/terminal.ts";

const enter = "\r";

function archive(tag: string): Buffer {
  return dockerArchive({ layers: [[file(`opt/${tag}`, "x".repeat(4000))]], tags: [`${tag}:1`] }, { shape: "29" });
}

/** `ballast` without an argument, where the engines listen as `hosts` says. */
async function picker(hosts: Readonly<Record<string, string>>): Promise<TestTerminal> {
  const cwd = temporaryDirectory();
  const nowhere = join(cwd, "nowhere.sock");
  const env = {
    ...cleanEnvironment(),
    DOCKER_HOST: `unix://${nowhere}`,
    CONTAINER_HOST: `unix://${nowhere}`,
    CONTAINERD_ADDRESS: nowhere,
    XDG_CACHE_HOME: join(cwd, ".cache"),
    XDG_STATE_HOME: join(cwd, ".state"),
    ...hosts,
  } as Record<string, string>;
  const terminal = await openTerminal(process.execPath, [cliPath], { env, cwd });
  onTestFinished(() => terminal.close());
  return terminal;
}

async function opensFrom(terminal: TestTerminal, from: string, tag: string): Promise<void> {
  await terminal.until(`${tag} of ${from}`, (screen) => new RegExp(String.raw`${tag}:1 .* ${from}`).test(screen.text()));
  terminal.press(tag, enter);
  await terminal.until("the image", (screen) => screen.row(1).includes(tag) && screen.row(0).includes("100 %"));
}

it("does not go on looking where no engine listens", async () => {
  const terminal = await picker({});
  await terminal.untilText("Open an image");
  const began = performance.now();
  await terminal.until("it has looked everywhere", (screen) => !screen.text().includes("looking"));
  expect(performance.now() - began).toBeLessThan(5000);
});

describeComponents(["dockerd"], "the choice of an image in Docker", () => {
  it("lists and opens it", { timeout: 60_000 }, async () => {
    const engine = await startDockerd();
    try {
      await engine.docker(["load"], { input: archive("of-docker") });
      await opensFrom(await picker({ DOCKER_HOST: engine.host }), "docker", "of-docker");
    } finally {
      await engine.stop();
    }
  });
});

describeComponents(["podman"], "the choice of an image in podman", () => {
  it("lists and opens it", { timeout: 60_000 }, async () => {
    const engine = await startPodman();
    try {
      await engine.podman(["load"], { input: archive("of-podman") });
      await opensFrom(await picker({ CONTAINER_HOST: engine.host }), "podman", "of-podman");
    } finally {
      await engine.stop();
    }
  });
});

describeComponents(["containerd"], "the choice of an image in containerd", () => {
  it("lists and opens it", { timeout: 60_000 }, async () => {
    const engine = await startContainerd();
    try {
      const path = join(temporaryDirectory(), "image.tar");
      writeFileSync(path, archive("of-containerd"));
      await engine.ctr(["images", "import", "--no-unpack", path]);
      await opensFrom(await picker({ CONTAINERD_ADDRESS: engine.socket }), "containerd", "of-containerd");
    } finally {
      await engine.stop();
    }
  });
});
