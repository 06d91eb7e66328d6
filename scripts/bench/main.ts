/**
 * `npm run bench [-- --only WORDS] [--runs N] [--most N] [--image FILE] [--resume] [--doc]`: Ballast against real yardsticks in the same run.
 * What was measured stays in .bench/: `--only` measures rows of it anew, `--resume` goes on where a run was ended. `--doc` writes all of it to
 * docs/performance.md, `--only none --doc` nothing but that.
 */
import { statSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { performancePage } from "./doc.ts";
import { firstScreen } from "./figures/first-screen.ts";
import { htmlPage } from "./figures/html-page.ts";
import { keyPresses, secretsThroughput } from "./figures/in-process.ts";
import { realistic, removals, wide } from "./inputs/images.ts";
import { compressedLayout, fromArchive, generated } from "./inputs/inputs.ts";
import type { BenchImage } from "./inputs/archive.ts";
import { measureInTurn, peakMemory } from "./measure.ts";
import { memoryFigures } from "./memory.ts";
import { keepResults, noResults, readResults } from "./results.ts";
import { byteRows, peerRows, typedRows } from "./rows.ts";
import type { Row, Subject } from "./rows.ts";
import { measureScale, plans, scaleMisses } from "./scale.ts";
import { squashRow, squashSize } from "./squash.ts";
import { startFleet, surveyRows } from "./survey/rows.ts";
import { spread } from "./survey/workers.ts";
import { cells, missed, typedCells } from "./table.ts";
import type { Figure } from "./table.ts";
import { runQuietly, tools, withCache } from "./tools.ts";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    runs: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    most: { type: "string", default: "1e10" },
    resume: { type: "boolean", default: false },
    doc: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const root = process.cwd();
const directory = join(root, ".bench");
const temporary = join(directory, "tmp");
mkdirSync(temporary, { recursive: true });
// Ballast looks there for what killed runs left behind: what others keep in the machine's own is not to be measured.
process.env["TMPDIR"] = temporary;
// Node 20 reads these certificates at its start, whatever it is to do: that would be most of what is measured of a small image.
delete process.env["NODE_EXTRA_CA_CERTS"];
const kept = join(directory, "results.json");
// A whole run is printed alone: rows of earlier ones may have other names.
const results = values.only === "" && !values.resume ? noResults() : readResults(kept);
const known = tools(root);
const misses: string[] = [];
const failed: string[] = [];

const isAsked = (name: string): boolean => name.includes(values.only);
const subject = (name: string, archive: string): Subject => ({ name, archive, bytes: statSync(archive).size });
const make = (name: string, sources: Parameters<typeof generated>[2]): BenchImage => generated(directory, name, sources);

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, median of ${runs} runs in turn, CPU seconds\n`);
const big = values.image === undefined ? make("realistic-1gb", () => realistic()) : await fromArchive(directory, values.image);
const images = {
  demo: subject("demo, 1.3 MB", join(root, "samples/demo.tar")),
  application: subject("application, 150 MB", make("application-150", () => realistic(0.211)).archive),
  gigabyte: subject("1 GB", big.archive),
  wide: subject("150k files × 40 layers", make("wide-150k-40", () => wide(150_000, 40)).archive),
};
const all = Object.values(images);
const wider = (): Subject => subject("600k files × 40 layers", make("wide-600k-40", () => wide(600_000, 40)).archive);
const fleet = "survey workers".includes(values.only) ? await startFleet(directory) : null;

const groups: readonly (readonly [name: string, rows: () => Promise<Row[]> | Row[]])[] = [
  ...all.map((image) => [`typed ${image.name}`, () => typedRows(image, withCache(directory), known)] as const),
  [
    "yardsticks",
    async () => {
      const [gzip, zstd] = [await compressedLayout(directory, big, "gzip"), await compressedLayout(directory, big, "zstd")];
      const layers = big.layers.map(({ path }) => path);
      return byteRows(images.gigabyte, layers, { gzip, zstd }, known);
    },
  ],
  ["peers", () => peerRows(images.demo, images.application, images.wide, withCache(directory), known)],
  ["removals", () => [whiteoutRow()]],
  ["squash", () => [squashRow(images.gigabyte, directory, known)]],
  ["survey", () => (fleet === null ? [] : surveyRows(fleet, directory, known))],
];
const node = { label: "node", program: process.execPath, args: ["-e", "0"] };
const [{ cpuSeconds: start } = { cpuSeconds: 0 }] = values.only === "none" ? [] : await measureInTurn([node], runs);
for (const [group, rows] of groups) {
  if (!isAsked(group)) continue;
  for (const row of await attempt(group, async () => rows())) await attempt(row.name, () => measure(row));
}
const figures: readonly (readonly [name: string, measure: () => Promise<Figure[]>])[] = [
  ["memory", () => memoryFigures(images.wide, wider(), known)],
  ["size", async () => [squashSize(images.application, directory, known)]],
  ["first screen", async () => [await firstScreen(root, big.archive, runs)]],
  ["scanner", async () => [secretsThroughput(big)]],
  ["keys", keyPresses],
  ["html", () => htmlPage(runs)],
  ["survey workers", async () => (fleet === null ? [] : spread(fleet, directory, root, known))],
];
for (const [group, measureFigures] of figures) {
  if (!isAsked(group)) continue;
  for (const figure of await attempt(group, measureFigures)) {
    results.figures[figure.name] = figure;
    if (figure.isMissed) misses.push(figure.name);
    console.log(`${figure.name}: ${figure.text} ${figure.isMissed ? "MISSED" : "met"}`);
    keepResults(kept, results);
  }
}
for (const plan of plans) {
  if (!isAsked(`scale ${plan.what}`) || (values.resume && results.series[plan.what] !== undefined)) continue;
  const [series] = await attempt(plan.what, async () => [await measureScale(plan, make, known, runs, Number(values.most))]);
  if (series === undefined) continue;
  results.series[plan.what] = series;
  misses.push(...scaleMisses(series).map((what) => `scale: ${plan.what}, ${what}`));
  console.log(
    `${plan.what}: exponent ${series.exponent.toFixed(2)}, ${series.points.map((p) => `${p.count}: ${p.cpuSeconds.toFixed(2)} s`).join(", ")}`,
  );
  keepResults(kept, results);
}
if (values.doc) writeFileSync(join(root, "docs/performance.md"), performancePage(results));
if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join("; ")}.`);
  process.exitCode = 1;
}
await fleet?.stop();
console.log(`\n${misses.length === 0 ? "Every limit measured was met." : `Missed: ${misses.join("; ")}.`}`);

async function measure(row: Row): Promise<never[]> {
  if (values.resume && results.rows[row.name] !== undefined) return [];
  for (const work of row.setup ?? []) runQuietly(work);
  const works = [row.subject, ...row.yardsticks];
  const timings = await measureInTurn(works, runs);
  const [subjectTiming, ...yardsticks] = timings.map((timing, index) => ({ ...timing, label: works[index]!.label }));
  const judged = { ...subjectTiming!, peakMemory: await peakMemory(row.subject) };
  const measured = { name: row.name, limits: row.limits, subject: judged, yardsticks, start };
  results.rows[row.name] = measured;
  keepResults(kept, results);
  if (missed(measured) !== "") misses.push(row.name);
  console.log((row.limits.again === undefined ? cells(measured) : typedCells(measured)).join("  "));
  return [];
}

/** What fails is named, and the rest is measured. */
async function attempt<T>(name: string, work: () => Promise<T[]>): Promise<T[]> {
  try {
    return await work();
  } catch (error) {
    failed.push(name);
    console.log(`${name}: failed, ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function whiteoutRow(): Row {
  const [removed, touched] = [true, false].map(
    (each) => make(each ? "whiteouts-60k" : "no-whiteouts-60k", () => removals(1000, each)).archive,
  );
  const json = (archive: string): Row["subject"] => known.ballast("analyze", "--json", "--secrets", "off", "--no-cache", archive);
  return {
    name: "1,000 whiteouts over 60k files",
    subject: json(removed!),
    yardsticks: [{ ...json(touched!), label: "as many touched" }],
    limits: { ratio: 1.3 },
  };
}
