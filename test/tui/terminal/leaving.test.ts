import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { drawSeed } from "../../helpers/draws.ts";
import { Random } from "../../../scripts/fuzz/random.ts";
import { environmentIn, explore, exploreFile, exploreFileInPty, exploreInPty } from "../../helpers/screen/explore.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { cliPath, projectRoot, runCli } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { openTerminal } from "../../helpers/screen/terminal.ts";
import type { TestTerminal } from "../../helpers/screen/terminal.ts";

const leaveScreen = "\x1b[?1049l";
/** More moments than these six come from the seed. */
const runs = Number(process.env["BALLAST_FAULT_RUNS"] ?? 6);

/** What stands on the terminal after the screen was given back. */
function afterwards(terminal: TestTerminal): string {
  return terminal.output.slice(terminal.output.lastIndexOf(leaveScreen) + leaveScreen.length);
}

/** 75,000 files in three layers, the third of which stores the first's again. */
function manyFiles(): string {
  const directory = temporaryDirectory();
  const layers = Array.from({ length: 3 }, (_, layer) =>
    Array.from({ length: 25_000 }, (__, index) => file(`opt/d${index % 97}/e${index % 31}/file${index}-${layer % 2}.txt`, `x${layer}`)),
  );
  writeFileSync(join(directory, "image.tar"), dockerArchive({ layers }));
  return directory;
}

it("quit-while-loading: leaves at once with status 0 at every moment, and paints nothing after the screen is given back", async () => {
  const directory = manyFiles();
  const spoiled: string[] = [];
  const leaveAfter = async (wait: number): Promise<void> => {
    const terminal = await exploreFileInPty("image.tar", directory, { args: ["--no-cache"] });
    await terminal.until("the alternate screen", (screen) => screen.isAlternate);
    await new Promise((resolve) => setTimeout(resolve, wait));
    terminal.press(wait % 200 === 0 ? "q" : "\x03");
    const { exitCode } = await terminal.exited;
    if (exitCode !== 0 || afterwards(terminal).includes("rror") || afterwards(terminal).includes("│"))
      spoiled.push(`after ${wait} ms: exit ${exitCode}, then ${JSON.stringify(afterwards(terminal).slice(0, 300))}`);
    await terminal.close();
  };
  const waits = Array.from({ length: 21 }, (_, i) => i * 100);
  const lanes = Array.from({ length: 4 }, async () => {
    for (let wait = waits.shift(); wait !== undefined; wait = waits.shift()) await leaveAfter(wait);
  });
  await Promise.all(lanes);
  expect(spoiled).toEqual([]);
}, 120_000);

it("leaves the shell no second to wait once everything has been read: the time the engine may take to close is not a time to wait for", async () => {
  let shortest = Infinity;
  // A busy machine may keep the program from leaving, but not every time.
  for (let time = 0; time < 5 && shortest >= 700; time += 1) {
    const { terminal } = await exploreInPty();
    terminal.press("q");
    await terminal.until("the screen given back", (screen) => screen.output.includes(leaveScreen));
    const since = performance.now();
    await terminal.exited;
    shortest = Math.min(shortest, performance.now() - since);
  }
  expect(shortest).toBeLessThan(700);
});

it(
  "ended by a signal at any moment: its status, the screen given back, nothing left that the next run does not sweep",
  async () => {
    const directory = manyFiles();
    const TMPDIR = temporaryDirectory();
    const statuses = { SIGINT: 130, SIGTERM: 143, SIGKILL: 0, SIGQUIT: 131, SIGUSR2: 128 + constants.signals.SIGUSR2 } as const;
    const signals = ["SIGTERM", "SIGKILL", "SIGINT", "SIGQUIT", "SIGUSR2"] as const;
    const random = new Random(String(drawSeed));
    const moments = [0, 60, 200, 450, 800, 1300];
    while (moments.length < runs) moments.push(random.below(1500));
    const left = moments.map((wait, index) => [wait, signals[index % signals.length]!] as const);
    const lanes = Array.from({ length: 6 }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [wait, signal] = next;
        const terminal = await exploreFileInPty("image.tar", directory, { args: ["--no-cache"], env: { TMPDIR } });
        await terminal.until("the alternate screen", (screen) => screen.isAlternate);
        await new Promise((resolve) => setTimeout(resolve, wait));
        process.kill(terminal.pty.pid, signal);
        const { exitCode } = await terminal.exited;
        expect([wait, signal, exitCode]).toEqual([wait, signal, statuses[signal]]);
        if (signal !== "SIGKILL") expect(terminal.output).toContain(leaveScreen);
        await terminal.close();
      }
    });
    await Promise.all(lanes);
    expect(await runCli(["analyze", "-q", join(projectRoot, "samples/whiteouts.tar")], { env: { TMPDIR } })).toMatchObject({ status: 0 });
    expect(readdirSync(TMPDIR)).toEqual([]);
  },
  60_000 + runs * 5000,
);

it("open-error-lost: shows the whole error, tells it again on leaving, and exits as analyze does", async () => {
  const terminal = await exploreFileInPty("nowhere/image.tar", temporaryDirectory(), {
    env: { DOCKER_HOST: "unix:///nonexistent.sock" },
    columns: 100,
    rows: 28,
  });
  await terminal.untilText("try again");
  expect(terminal.text()).toContain("nowhere/image.tar");
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(3);
  expect(afterwards(terminal)).toMatch(/error: .*nowhere\/image\.tar/);
  expect(afterwards(terminal)).toContain("hint: ");
});

it("ends with a window that is closed, and leaves no crash behind", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "image.tar"), dockerArchive({ layers: [[file("a", "1")]] }));
  const errors = join(directory, "errors");
  const command = `trap '' HUP; exec "$0" "$@" 2> ${errors}`;
  for (const start of [command, command.replace("trap '' HUP; ", "")]) {
    const terminal = await openTerminal("sh", ["-c", start, process.execPath, cliPath, "image.tar"], {
      env: environmentIn(directory),
      cwd: directory,
    });
    onTestFinished(() => terminal.close());
    await terminal.untilText("none found");
    (terminal.pty as unknown as { destroy(): void }).destroy();
    expect(await terminal.exited).toMatchObject({ signal: 1 });
    expect(readFileSync(errors, "utf8")).toBe("");
  }
});

it("opens the image that was not there before when asked to try again", async () => {
  const directory = temporaryDirectory();
  const terminal = await exploreFile("./image.tar", directory);
  await terminal.untilText("try again");
  writeFileSync(join(directory, "image.tar"), dockerArchive({ layers: [[file("late", "here at last")]] }));
  terminal.press("r");
  await terminal.untilText("efficiency");
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(0);
});

it("empty-image-loads-forever: says that an image has no layers", async () => {
  const { terminal } = await explore({ layers: [] }, { columns: 100, rows: 28 });
  await terminal.untilText("this image has no layers");
  expect(terminal.text()).not.toMatch(/reading …|opening the image/);
});
