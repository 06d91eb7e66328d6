/** How time and memory grow with one thing at a time, and with which exponent. */
import { rmSync } from "node:fs";
import { dirname } from "node:path";

import { file } from "../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../test/helpers/tar-fixture.ts";
import type { BenchImage, LayerSource } from "./inputs/archive.ts";
import { removals, spread, wide } from "./inputs/images.ts";
import { measureInTurn, peakMemory } from "./measure.ts";
import type { Tools } from "./rows.ts";

export interface Series {
  readonly what: string;
  readonly points: readonly { readonly count: number; readonly cpuSeconds: number; readonly peakMemory: number }[];
  /** CPU seconds beyond those of the smallest point grow with this power of what is counted. */
  readonly exponent: number;
  /** Bytes of memory for each more. */
  readonly memoryEach: number;
  /** Of those, at most; null where none are promised. */
  readonly mostMemoryEach: number | null;
}

type Make = (name: string, sources: () => readonly LayerSource[]) => BenchImage;

interface Plan {
  readonly what: string;
  readonly mostMemoryEach?: number;
  readonly counts: readonly number[];
  readonly sources: (count: number) => readonly LayerSource[];
}

const fileBytes = 10_000_000;
/** Linear, and the noise of measuring. */
const mostExponent = 1.1;

/** What an image is made of, one thing at a time. */
export const plans: readonly Plan[] = [
  { what: "bytes", counts: [0.1e9, 0.3e9, 1e9, 3e9, 10e9], sources: (bytes) => [{ createdBy: "COPY", entries: large(bytes) }] },
  { what: "files", mostMemoryEach: 600, counts: [1000, 10_000, 100_000, 300_000, 1_000_000], sources: (files) => wide(files, 2) },
  { what: "layers", counts: [1, 10, 40, 127], sources: (layers) => spread(100_000, layers) },
  { what: "whiteouts", counts: [1, 1000, 10_000, 100_000], sources: (count) => removals(count, true, 110_000) },
];

/** A run that counts, at most: the long ones differ little. */
const mostRuns = 3;

/**
 * Files of one repeated byte each, which differ from file to file. That makes ten gigabytes in seconds, and costs those who read and hash
 * what any bytes cost; nothing here compresses.
 */
function* large(bytes: number): Generator<FixtureEntry> {
  for (let index = 0; index * fileBytes < bytes; index += 1) {
    const content = Buffer.alloc(fileBytes, index % 251);
    content.writeUInt32LE(index);
    yield file(`data/${index}`, content);
  }
}

/**
 * Counts above `most` are left out. Each image is made, measured and deleted: the largest takes twenty gigabytes.
 * @throws {Error} when a run did not end
 */
export async function measureScale(plan: Plan, make: Make, tools: Tools, runs: number, most: number): Promise<Series> {
  const { what, counts, sources } = plan;
  const points = [];
  for (const count of counts.filter((each) => each <= most)) {
    const { archive } = make(`scale-${what}-${count}`, () => sources(count));
    const work = tools.ballast("analyze", "--json", "--secrets", "off", "--no-cache", "--quiet", archive);
    try {
      const [timing] = await measureInTurn([work], Math.min(runs, mostRuns));
      if (timing!.isCutOff) throw new Error(`${count} ${what} did not end`);
      points.push({ count, cpuSeconds: timing!.cpuSeconds, peakMemory: await peakMemory(work) });
    } finally {
      rmSync(dirname(archive), { recursive: true });
    }
  }
  const [first, last] = [points[0]!, points.at(-1)!];
  const memoryEach = (last.peakMemory - first.peakMemory) / (last.count - first.count);
  return { what, points, exponent: exponentOf(points), memoryEach, mostMemoryEach: plan.mostMemoryEach ?? null };
}

/** What the series shows that it must not: nothing when all limits are met. */
export function scaleMisses({ exponent, memoryEach, mostMemoryEach }: Series): string[] {
  return [
    ...(exponent > mostExponent ? [`an exponent above ${mostExponent}`] : []),
    ...(mostMemoryEach !== null && memoryEach > mostMemoryEach ? [`more than ${mostMemoryEach} bytes of memory for each`] : []),
  ];
}

/** Least squares over the logarithms, of what is more than the smallest point takes; what lies within the noise says nothing. */
function exponentOf(points: Series["points"]): number {
  const [first] = points;
  const grown = points
    .map(({ count, cpuSeconds }) => ({ x: Math.log(count), more: cpuSeconds - first!.cpuSeconds }))
    .filter(({ more }) => more > 0.05);
  if (grown.length < 2) return 0;
  const xs = grown.map(({ x }) => x);
  const ys = grown.map(({ more }) => Math.log(more));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}
