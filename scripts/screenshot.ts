/**
 * Makes a picture of the real program: starts it in a pseudo-terminal on an image, presses keys, and draws the cells.
 * Without arguments also docs/report.png: the HTML report of the demo image in Chromium.
 *
 *     npm run screenshot [IMAGE [KEYS… [--output FILE] [--size COLUMNSxROWS] [--theme dark|light]]]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { openTerminal } from "../test/helpers/screen/terminal.ts";
import { pageToPng } from "./screenshot/page.ts";
import { cellsToSvg, darkLook, lightLook } from "./screenshot/svg.ts";

// The program runs compiled, from `dist/`; `scripts/run.mjs` starts it in the repository.
const root = process.cwd();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: "string", default: join(root, "docs/screenshot.svg") },
    size: { type: "string", default: "120x35" },
    theme: { type: "string", default: "dark" },
    /** What is waited for before keys are pressed: the badge of a finished scan. */
    wait: { type: "string", default: " secret" },
  },
});
const [image = "samples/demo.tar", ...keys] = positionals;
const [columns = 120, rows = 35] = values.size.split("x").map(Number);

const cache = await mkdtemp(join(tmpdir(), "ballast-screenshot-"));
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: cache,
  XDG_CACHE_HOME: cache,
  XDG_STATE_HOME: cache,
  LANG: "C.UTF-8",
  COLORTERM: "truecolor",
};
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

/** A large image on a busy machine takes longer than a test waits. */
async function waitFor(isThere: () => boolean): Promise<void> {
  const end = Date.now() + 120_000;
  while (!isThere()) {
    if (Date.now() > end) throw new Error(`waited in vain:\n${terminal.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const terminal = await openTerminal(process.execPath, [join(root, "dist/src/cli.cjs"), image, "--theme", values.theme], {
  columns,
  rows,
  env,
  cwd: root,
});
try {
  await waitFor(() => terminal.text().includes(values.wait));
  for (const key of keys) {
    terminal.press(key.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await pause();
  await waitFor(() => !terminal.text().includes("planning …"));
  await pause();
  await writeFile(values.output, cellsToSvg(terminal.emulator, values.theme === "light" ? lightLook : darkLook));
} finally {
  await terminal.close();
  await rm(cache, { recursive: true, force: true });
}
if (positionals.length === 0) await pageToPng(root, image, join(root, "docs/report.png"));
