/**
 * `npm run bench [-- --image FILE] [--runs N] [--only WORDS] [--json FILE]`: Ballast against real yardsticks in the same run.
 * Timings differ from machine to machine and hour to hour; the ratios are what counts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { firstScreen } from "./first-screen.ts";
import { htmlPage } from "./html-page.ts";
import { realistic } from "./images.ts";
import { keyPresses, secretsThroughput } from "./in-process.ts";
import type { Figure } from "./in-process.ts";
import { fromArchive, generated } from "./inputs.ts";
import { compare } from "./measure.ts";
import { rows } from "./rows.ts";
import { header, missed, tableLine } from "./table.ts";
import type { Measured } from "./table.ts";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    runs: { type: "string", default: "5" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const root = process.cwd();
const directory = join(root, ".bench");
mkdirSync(directory, { recursive: true });
const big = values.image === undefined ? generated(directory, "realistic-1gb", realistic) : await fromArchive(directory, values.image);

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, median of ${values.runs} runs in turn\n`);
console.log(header);
const measured: Measured[] = [];
const failed: string[] = [];
for (const { name, make } of rows({ root, directory }, big)) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  try {
    const row = await make();
    if (row === null) {
      console.log(`${name}: skipped, a yardstick is not installed`);
      continue;
    }
    for (const command of row.setup ?? []) spawnSync(command.program, command.args, { env: { ...process.env, ...command.env } });
    const result = { row, ...(await compare(row.subject, row.yardstick, Number(values.runs))) };
    measured.push(result);
    console.log(tableLine(result));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT" && "path" in error;
    console.log(
      `${name}: ${missing ? `skipped, ${String(error.path)} is not installed` : `failed, ${error instanceof Error ? error.message : String(error)}`}`,
    );
    if (!missing) failed.push(name);
  }
}
const figures: Figure[] = [];
const inProcess: readonly (readonly [string, () => Promise<Figure[]>])[] = [
  ["first screen", async () => [await firstScreen(root, big.archive, Number(values.runs))]],
  ["secrets, one thread", async () => [secretsThroughput(big)]],
  ["key presses", keyPresses],
  ["HTML report", () => htmlPage(Number(values.runs))],
];
console.log("");
for (const [name, measure] of inProcess) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  try {
    for (const figure of await measure()) {
      figures.push(figure);
      console.log(`${figure.name}: ${figure.text} ${figure.isMissed ? "MISSED" : "ok"}`);
    }
  } catch (error) {
    failed.push(name);
    console.log(`${name}: failed, ${error instanceof Error ? error.message : String(error)}`);
  }
}

if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join("; ")}.`);
  process.exitCode = 1;
}
const misses = [
  ...measured.filter((result) => missed(result) !== "").map(({ row }) => row.name),
  ...figures.filter(({ isMissed }) => isMissed).map(({ name }) => name),
];
console.log(`\n${misses.length === 0 ? "Every target measured was met." : `Targets missed: ${misses.join("; ")}.`}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ measured, figures }, null, 2)}\n`);
