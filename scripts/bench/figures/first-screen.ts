/** Time from the command to a screen with layers on it, in a real pseudo-terminal. */
import { join } from "node:path";

import { openTerminal } from "../../../test/helpers/screen/terminal.ts";
import type { Figure } from "../table.ts";

/** Seconds on top of what bare `node` takes. */
const target = 0.25;
const poll = 2;

export async function firstScreen(root: string, archive: string, runs: number): Promise<Figure> {
  const times: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    bare.push(await until(["-e", "console.log('Layers')"], root));
    times.push(await until([join(root, "dist/src/cli.cjs"), archive, "--no-cache"], root));
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const more = middle(times) - middle(bare);
  return {
    name: "first screen of the 1 GB image",
    text: `${Math.round(middle(times) * 1000)} ms, ${Math.round(more * 1000)} ms more than node alone (target ${target * 1000} ms)`,
    isMissed: more > target,
  };
}

/** Seconds until the word "Layers" is on the screen. */
async function until(args: readonly string[], root: string): Promise<number> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: join(root, ".bench"), TERM: "xterm-256color", LANG: "C.UTF-8" };
  const start = performance.now();
  const terminal = await openTerminal(process.execPath, args, { columns: 120, rows: 40, env, cwd: root });
  while (!terminal.text().includes("Layers")) {
    if (performance.now() - start > 30_000) throw new Error(`no screen after 30 s:\n${terminal.text()}`);
    await new Promise((resolve) => setTimeout(resolve, poll));
  }
  const seconds = (performance.now() - start) / 1000;
  terminal.press("q");
  await terminal.exited;
  return seconds;
}
