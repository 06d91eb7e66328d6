/** What was measured, kept in .bench/ until it is measured again: the rows may be measured in several runs, and told together. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import type { Series } from "./scale.ts";
import type { Figure, Measured } from "./table.ts";

/** By name, in the order in which they were measured first. */
export interface Results {
  rows: Record<string, Measured>;
  figures: Record<string, Figure>;
  series: Record<string, Series>;
}

export function noResults(): Results {
  return { rows: {}, figures: {}, series: {} };
}

export function readResults(file: string): Results {
  if (!existsSync(file)) return noResults();
  return JSON.parse(readFileSync(file, "utf8")) as Results;
}

export function keepResults(file: string, results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
