/** Which packages a listing shows, and in which order. */
import { compareTexts } from "../../base/text/compare-texts.ts";
import type { Ecosystem, PackageAnalysis, PackageRow } from "../../../analyzers/packages/model.ts";

export const packageOrders = ["bytes", "with", "name", "layer"] as const;
export type PackageOrder = (typeof packageOrders)[number];

export interface PackageSelection {
  /** All when empty. */
  readonly ecosystems: readonly Ecosystem[];
  readonly layer: number | null;
  readonly order: PackageOrder;
}

/** Packages that are a part of another (`six` of `python3-six`) are listed with that one. */
export function selectPackages({ packages }: PackageAnalysis, { ecosystems, layer, order }: PackageSelection): PackageRow[] {
  return packages
    .filter((row) => row.within === null && (ecosystems.length === 0 || ecosystems.includes(row.ecosystem)))
    .filter((row) => layer === null || row.layer === layer)
    .sort(orders[order]);
}

const byName = (a: PackageRow, b: PackageRow): number => compareTexts(a.name, b.name) || a.index - b.index;

const orders: Readonly<Record<PackageOrder, (a: PackageRow, b: PackageRow) => number>> = {
  bytes: (a, b) => b.bytes - a.bytes || byName(a, b),
  with: (a, b) => b.bytesWithDependents - a.bytesWithDependents || b.bytes - a.bytes || byName(a, b),
  name: byName,
  layer: (a, b) => a.layer - b.layer || b.bytes - a.bytes || byName(a, b),
};
