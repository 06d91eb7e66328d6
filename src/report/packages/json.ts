/** `owners`, `packages` and `unneeded` of the JSON document. Packages refer to each other by their place in `packages`. */
import type { PackageAnalysis, PackageRow } from "../../../analyzers/packages/model.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import { displayPath } from "../../filesystem/paths.ts";

/** @param at the properties that give a layer's line in the Dockerfile */
export function packagesDocument(
  analysis: PackageAnalysis,
  at: (layer: number) => object,
): Record<"owners" | "packages" | "unneeded", unknown[]> {
  return {
    owners: analysis.owners.map(({ kind, package: index, name, bytes, files }) => {
      const row = index === null ? undefined : analysis.packages[index]!;
      return { kind, name, ecosystem: row?.ecosystem ?? null, version: row?.version ?? null, package: index, bytes, files };
    }),
    packages: analysis.packages.map((row) => ({ ...packageDocument(analysis, row), ...at(row.layer) })),
    unneeded: [...analysis.findings],
  };
}

export function packageDocument(analysis: PackageAnalysis, row: PackageRow): Record<string, unknown> {
  const { ecosystem, name, version, architecture, bytes, files, bytesWithDependents, documentationBytes, requested, reason, layer } = row;
  return {
    ecosystem,
    name,
    version,
    architecture,
    bytes,
    files,
    bytesWithDependents,
    documentationBytes,
    requested,
    reason: reason.kind,
    askedBy: reason.by,
    why: whyText(analysis, row.index),
    layer,
    location: displayPath(row.location),
    needs: row.needs,
    recommends: row.recommends,
    contains: row.contains,
    within: row.within,
    orphan: row.isOrphan,
  };
}
