/** Why a package is there, in words. Names come from the image and must be sanitised before printing. */
import type { PackageAnalysis, PackageRow } from "./model.ts";

/** The chain of packages that lead to this one: itself first, the requested one last. */
export function chainOf({ packages }: Pick<PackageAnalysis, "packages">, index: number): PackageRow[] {
  const chain: PackageRow[] = [];
  for (let row = packages[index]; row !== undefined; row = row.reason.by === null ? undefined : packages[row.reason.by]) chain.push(row);
  return chain;
}

/** `recommended by git, requested in layer 2`; `dependency of libfoo, for git, requested in layer 2`. */
export function whyText(analysis: Pick<PackageAnalysis, "packages">, index: number): string {
  const { packages } = analysis;
  const row = packages[index]!;
  const { reason, within } = row;
  if (within !== null) return `part of ${packages[within]!.name}`;
  const root = packages[reason.root]!;
  if (reason.by === null) return endText(root);
  const by = packages[reason.by]!;
  return `${linkText(row, by)}${root === by ? "" : `, for ${root.name}`}, ${endText(root)}`;
}

/** For a narrow column: `requested`, `for git`, `rec. by git`. */
export function shortWhy({ packages }: Pick<PackageAnalysis, "packages">, index: number): string {
  const { reason, within } = packages[index]!;
  const by = packages[within ?? reason.by ?? -1]?.name ?? "";
  if (within !== null) return `in ${by}`;
  switch (reason.kind) {
    case "dependency":
    case "development":
      return `for ${by}`;
    case "recommended":
      return `rec. by ${by}`;
    case "suggested":
      return `sug. by ${by}`;
    default:
      return reason.kind === "unknown" ? "" : reason.kind;
  }
}

export function linkText({ reason }: PackageRow, by: PackageRow): string {
  switch (reason.kind) {
    case "recommended":
      return `recommended by ${by.name}`;
    case "suggested":
      return `suggested by ${by.name}`;
    case "development":
      return `for developing ${by.name}`;
    default:
      return `dependency of ${by.name}`;
  }
}

function endText({ reason, layer, requested }: PackageRow): string {
  switch (reason.kind) {
    case "requested":
      return `${requested === "manual" ? "requested" : "essential"} in layer ${layer}`;
    case "orphan":
      return `nothing needs it, from layer ${layer}`;
    default:
      return `brought by layer ${layer}`;
  }
}
