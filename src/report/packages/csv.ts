/** Packages as comma-separated values (RFC 4180), for a spreadsheet. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import type { PackageRow } from "../../../analyzers/packages/model.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { csvOf } from "../csv.ts";

const columns = [
  "ecosystem",
  "name",
  "version",
  "architecture",
  "bytes",
  "bytesWithDependents",
  "files",
  "layer",
  "requested",
  "why",
  "location",
];

export function renderPackagesCsv({ packages, dockerfile }: Analysis, rows: readonly PackageRow[]): string {
  const lines = rows.map((row) => [
    row.ecosystem,
    row.name,
    row.version,
    row.architecture ?? "",
    row.bytes,
    row.bytesWithDependents,
    row.files,
    row.layer,
    row.requested,
    whyText(packages, row.index),
    displayPath(row.location),
    ...(dockerfile === undefined ? [] : [layerLine(dockerfile, row.layer)]),
  ]);
  return csvOf(dockerfile === undefined ? columns : [...columns, "dockerfile"], lines);
}
