/** Bytes of memory for each entry that layers state, in every format. */
import { spawnSync } from "node:child_process";

import { reportFormats } from "../../src/report/options.ts";
import { peakMemory } from "./measure.ts";
import type { Subject, Tools } from "./rows.ts";
import type { Figure } from "./table.ts";

const mostEach = 600;

/** What the larger image takes more than the other, by what it states more: Node itself and what does not grow are in both. */
export async function memoryFigures(large: Subject, larger: Subject, { ballast }: Tools): Promise<Figure[]> {
  const [few, many] = [large, larger].map(({ archive }) => entriesOf(archive, ballast));
  const figures: Figure[] = [];
  for (const format of reportFormats) {
    const peakOf = ({ archive }: Subject): Promise<number> =>
      peakMemory(ballast("analyze", "--format", format, "--secrets", "off", "--no-cache", "-q", archive));
    const [one, other] = [await peakOf(large), await peakOf(larger)];
    const each = (other - one) / (many! - few!);
    figures.push({
      name: `memory an entry, ${format}`,
      text: `${Math.round(each)} bytes (limit ${mostEach}): ${megabytes(one)} for ${large.name}, ${megabytes(other)} for ${larger.name}`,
      isMissed: each > mostEach,
    });
  }
  return figures;
}

function entriesOf(archive: string, ballast: Tools["ballast"]): number {
  const { program, args, env } = ballast("analyze", "--json", "--secrets", "off", "-q", "--no-cache", archive);
  const { stdout } = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 2 ** 30 });
  return (JSON.parse(stdout) as { layers: { entries: number }[] }).layers.reduce((sum, { entries }) => sum + entries, 0);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
