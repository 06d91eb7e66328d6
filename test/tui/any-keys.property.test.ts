import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { dockerArchive } from "../helpers/image-fixture.ts";
import { runHere } from "../helpers/run-here.ts";
import { environmentIn, shopImage } from "../helpers/screen/explore.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** Everything a keyboard sends, but for what leaves. */
const keys = [
  ...Array.from("Q?01234567]['W{}TjkhldugGnNyasvrfz+-m~t=.c>bwoeRDLxJKi/\\\"*( é宽"),
  ..."\x1b \r \t \x1b[Z \x1b[A \x1b[B \x1b[C \x1b[D \x1b[5~ \x1b[6~ \x1b[H \x1b[F \x01 \x02 \x05 \x06 \x0c \x0f \x10 \x12 \x15 \x7f \x1b[3~ \x1b[1;2B \0".split(
    " ",
  ),
  "\x1b[200~pasted /etc\x1b[201~",
  "\x1b[I",
];
const buttons = [0, 32, 64, 65];

/** As `ballast` in a directory with an image that is whole and one that is not. */
const beginnings: readonly (readonly string[])[] = [["explore", "image.tar"], ["explore", "broken.tar"], ["explore", "nothing.tar"], []];

const seeds = Number(process.env["BALLAST_KEY_SEEDS"] ?? 1);
const runs = Array.from({ length: seeds }, (_, seed) =>
  beginnings.map((args, i) => [args, seed * beginnings.length + i + 1] as const),
).flat();

it.each(runs)("no key, click, paste or size at any moment ends it, or shows what is no word: %j, seed %i", async (args, seed) => {
  let state = seed;
  const below = (limit: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 0x8000_0000;
    return Math.floor((state / 0x8000_0000) * limit);
  };
  const cwd = temporaryDirectory();
  const archive = dockerArchive(shopImage);
  writeFileSync(join(cwd, "image.tar"), archive);
  writeFileSync(join(cwd, "broken.tar"), archive.subarray(0, 60_000));
  mkdirSync(join(cwd, "out"));
  const env = environmentIn(cwd, { DOCKER_HOST: "unix:///nonexistent.sock", CONTAINER_HOST: "unix:///nonexistent.sock" });
  const terminal = await runHere(args, { env, cwd, columns: 100, rows: 30 });
  onTestFinished(() => terminal.close());
  let hasEnded = false;
  void terminal.exited.then(() => (hasEnded = true));
  const sent: string[] = [];
  const send = (text: string): void => {
    sent.push(JSON.stringify(text));
    terminal.press(text);
  };
  for (let i = 0; i < 300 && !hasEnded; i += 1) {
    const kind = below(100);
    if (kind < 4) {
      const [columns, rows] = [1 + below(180), 1 + below(60)];
      sent.push(`${columns} × ${rows}`);
      terminal.resize(columns, rows);
    } else if (kind < 14) send(`\x1b[<${buttons[below(buttons.length)]!};${1 + below(100)};${1 + below(30)}M`);
    else send(keys[below(keys.length)]!);
    // A lone escape is one when nothing follows at once.
    if (sent.at(-1) === '"\\u001b"') await new Promise((resolve) => setTimeout(resolve, 45));
    else if (i % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const text = terminal.text();
    if (/undefined|NaN|\[object/.test(text)) throw new Error(`after ${sent.slice(-15).join(" ")}:\n${text}`);
  }
  // Where the choice of an image came first, esc leaves.
  if (hasEnded && args.length === 0) return;
  expect(hasEnded, `it left after ${sent.slice(-15).join(" ")}\n${terminal.output.slice(-500)}`).toBe(false);
  terminal.resize(100, 30);
  terminal.press("\x1b");
  await new Promise((resolve) => setTimeout(resolve, 60));
  terminal.press("\x1b[<0;1;1M");
  await terminal.until("a whole frame", (screen) => screen.row(0).includes("2 Waste") && screen.text().includes("┘"));
});
