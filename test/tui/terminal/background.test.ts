import { expect, it } from "vitest";

import { explore, exploreFile } from "../../helpers/screen/explore.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { itComponents } from "../../helpers/components/available.ts";
import { cleanEnvironment, cliPath } from "../../helpers/run-cli.ts";
import { openTerminal } from "../../helpers/screen/terminal.ts";
import type { TestTerminal } from "../../helpers/screen/terminal.ts";

const question = "\x1b]11;?\x1b\\";
const white = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
const black = "\x1b]11;rgb:0000/0000/0000\x07";

/** The colour of the titles of the summary, as an index in the palette of 256. */
function headingColour({ emulator }: TestTerminal): number | undefined {
  const { active } = emulator.buffer;
  for (let y = 0; y < emulator.rows; y += 1) {
    const x = active.getLine(y)?.translateToString().indexOf("Layers") ?? -1;
    if (x >= 0 && y > 0) return active.getLine(y)!.getCell(x)!.getFgColor();
  }
  return undefined;
}

async function colourWith(env: Readonly<Record<string, string>>, answer: string | null): Promise<number | undefined> {
  const { terminal } = await explore(undefined, {
    env: { COLORFGBG: "", ...env },
    view: null,
    ...(answer === null
      ? {}
      : {
          onStart: (started) =>
            void started.until("the question", ({ output }) => output.includes(question)).then(() => started.press(answer)),
        }),
  });
  await terminal.until("everything is known", (screen) => screen.text().includes("none found"));
  const colour = headingColour(terminal);
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(0);
  return colour;
}

it("is light where the terminal says that its background is white, or COLORFGBG does, and dark otherwise", async () => {
  const dark = await colourWith({ BALLAST_THEME: "dark" }, null);
  const light = await colourWith({ BALLAST_THEME: "light" }, null);
  expect(light).not.toBe(dark);
  expect(await colourWith({}, white)).toBe(light);
  expect(await colourWith({ COLORFGBG: "0;15" }, null)).toBe(light);
  expect(await colourWith({}, black)).toBe(dark);
  expect(await colourWith({}, null)).toBe(dark);
  expect(await colourWith({ COLORFGBG: "0;15" }, black)).toBe(dark);
  expect(await colourWith({ BALLAST_THEME: "dark" }, white)).toBe(dark);
});

itComponents(["bash"], "an answer that comes after q is not typed into the shell", async () => {
  const cwd = temporaryDirectory();
  const env = { ...cleanEnvironment(), PS1: "$ " };
  const shell = await openTerminal("bash", ["--norc", "--noprofile", "-i"], { env, cwd });
  try {
    shell.press(`${process.execPath} ${cliPath} explore nowhere.tar; echo status $?\r`);
    await shell.until("the question", ({ output }) => output.includes(question));
    shell.press("q");
    await shell.until("the screen is given back", ({ output }) => output.includes("\x1b[?1049l"));
    shell.press(white);
    await shell.until("the shell", (screen) => /status \d/.test(screen.text()));
    shell.press("echo done\r");
    await shell.until("the shell's answer", (screen) => /^done$/m.test(screen.text()));
    expect(shell.text()).not.toContain("rgb:");
  } finally {
    await shell.close();
  }
});

it("a terminal that never answers keeps nobody: q leaves all the same", async () => {
  const terminal = await exploreFile("nowhere.tar", temporaryDirectory());
  await terminal.until("the screen", (screen) => screen.isAlternate);
  terminal.press("q");
  expect([0, 3]).toContain((await terminal.exited).exitCode);
});
