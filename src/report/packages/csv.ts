/** Packages as comma-separated values (RFC 4180), for a spreadsheet. */
import { whyText } from "../../../analyzers/packages/why.ts";
import type { PackageAnalysis, PackageRow } from "../../../analyzers/packages/model.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { sanitize } from "../../terminal/sanitize.ts";

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

export function renderPackagesCsv(packages: PackageAnalysis, rows: readonly PackageRow[]): string {
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
  ]);
  return [columns, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = sanitize(value);
  // A spreadsheet runs what begins like a formula; names that begin with @ are common and harmless as text in quotes.
  const inert = /^[=+\t\r]|^-[^\d]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
