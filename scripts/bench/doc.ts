/** `docs/performance.md`, of what was measured. */
import { cpus } from "node:os";

import type { Results } from "./results.ts";
import { scaleMisses } from "./scale.ts";
import type { Series } from "./scale.ts";
import { cells, markdownTable, missed, seconds, typedCells } from "./table.ts";

export function performancePage({ rows, figures, series }: Results): string {
  const measured = Object.values(rows);
  const typed = measured.filter(({ limits }) => limits.again !== undefined);
  const judged = measured.filter((row) => !typed.includes(row));
  const misses = [
    ...typed.filter((row) => missed(row) !== "").map(({ name }) => `${name}, again`),
    ...judged.filter((row) => missed(row) !== "").map(({ name }) => name),
    ...Object.values(figures)
      .filter(({ isMissed }) => isMissed)
      .map(({ name }) => name),
    ...Object.values(series).flatMap((each) => scaleMisses(each).map((missed) => `${each.what}: ${missed}`)),
  ];
  return `# Performance

\`npm run bench -- --doc\` writes this page. Everything is measured in turn with its yardsticks in one run, ${cpus().length} × ${cpus()[0]?.model.trim()},
Node ${process.version}, and what counts are CPU seconds (user and system, of all processes) and their ratio: machines and hours differ.
The images are made by the bench: the demo of this repository, an application of 150 MB, a gigabyte as a real build leaves it (packages,
package lists, 9,000 documents deleted one by one, a chmod -R), and 150,000 files under 40 layers.

${misses.length === 0 ? "Every limit is met." : `**Missed**: ${misses.join("; ")}.`}

## What people type

Default flags: secrets looked for in every byte, every digest verified. CPU, time and memory are of the first time, with an empty cache;
*again* is the same command once more, at most 0.2 of the first time. dive verifies nothing and looks for no secrets, \`crane validate\` knows
no files; \`cat FILE | cat\` only moves the bytes. The first time includes compiling
the program and keeping its compiled code; below, small images are read by a program that has run before.

${markdownTable(typed.map(typedCells), ["what", "CPU", "time", "memory", "again", "beside it, CPU"])}

## Limits

${markdownTable(judged.map(cells))}

${Object.values(figures)
  .map(({ name, text, isMissed }) => `- ${name}: ${text}${isMissed ? " **missed**" : ""}`)
  .join("\n")}

## Scale

\`analyze --json --secrets off --no-cache\`. The exponent is that of the time beyond the smallest point's (least squares over logarithms; 0 where
no point takes 50 ms more): 1 is linear, the limit is 1.1. A file may take 600 bytes of memory. Files are of 700 bytes in directories of 40;
the bytes are files of 10 MB, each of one repeated byte, which costs reading and hashing what any bytes cost.

${Object.values(series).map(seriesTable).join("\n\n")}
`;
}

function seriesTable(series: Series): string {
  const { what, points, exponent, memoryEach } = series;
  const each = what === "bytes" || what === "layers" ? "" : `, ${Math.round(memoryEach)} bytes of memory for each`;
  const missed = scaleMisses(series);
  const verdict = missed.length === 0 ? "met" : `**missed**: ${missed.join(", ")}`;
  return `**${what}**: exponent ${exponent.toFixed(2)}${each} (${verdict})

${markdownTable(
  points.map(({ count, cpuSeconds, peakMemory }) => [
    count.toLocaleString("en"),
    seconds(cpuSeconds),
    `${Math.round(peakMemory / 1e6)} MB`,
  ]),
  [what, "CPU", "memory"],
)}`;
}
