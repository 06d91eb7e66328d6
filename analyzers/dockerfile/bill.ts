/** The Dockerfile as a bill: for each instruction, the bytes it adds to the image and how many of them no container sees. */
import type { DockerfileFacts } from "./located.ts";

export interface BillRow {
  /** Counted from 1. */
  readonly number: number;
  /** Secrets masked; not sanitised. */
  readonly text: string;
  /** Set on the first line of an instruction that made layers: the content bytes they store, and how many of them no container sees. */
  readonly price: Price | null;
}

export interface Price {
  readonly bytes: number;
  readonly wastedBytes: number;
}

/** The Dockerfile line by line, each instruction with its price. */
export function billOf({ match, lines }: DockerfileFacts, layers: readonly Price[]): readonly BillRow[] {
  const prices = pricesByLine(match, layers);
  const shown = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return shown.map((text, at) => ({ number: at + 1, text, price: prices.get(at + 1) ?? null }));
}

export interface Excerpt {
  readonly rows: readonly (BillRow & { readonly isInstruction: boolean })[];
  readonly price: Price;
}

/** How many neighbouring lines an excerpt shows on each side, and how many lines of the instruction itself. */
const around = 2;
const mostOwn = 12;

/** The instruction that made a layer, with its neighbours; null if unknown. */
export function excerptOf({ match, lines }: DockerfileFacts, layers: readonly Price[], layer: number): Excerpt | null {
  const location = match.layers[layer]?.location;
  if (location === undefined) return null;
  const prices = pricesByLine(match, layers);
  const [first, last] = [Math.max(1, location.line - around), Math.min(lines.length, location.endLine + around)];
  const rows: Excerpt["rows"][number][] = [];
  for (let number = first; number <= last; number += 1) {
    const isInstruction = number >= location.line && number <= location.endLine;
    if (isInstruction && number - location.line >= mostOwn) continue;
    rows.push({ number, text: lines[number - 1]!, price: prices.get(number) ?? null, isInstruction });
  }
  return { rows, price: prices.get(location.line)! };
}

function pricesByLine({ layers: origins }: DockerfileFacts["match"], layers: readonly Price[]): ReadonlyMap<number, Price> {
  const prices = new Map<number, Price>();
  for (const [index, origin] of origins.entries()) {
    const layer = layers[index];
    if (origin === null || layer === undefined) continue;
    const { bytes, wastedBytes } = prices.get(origin.location.line) ?? { bytes: 0, wastedBytes: 0 };
    prices.set(origin.location.line, { bytes: bytes + layer.bytes, wastedBytes: wastedBytes + layer.wastedBytes });
  }
  return prices;
}
