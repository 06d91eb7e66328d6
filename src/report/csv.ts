/** Comma-separated values (RFC 4180), for a spreadsheet. */
import { sanitize } from "../terminal/sanitize.ts";

/** Null is an empty cell. */
export type CsvValue = string | number | null;

/** Lines end as the RFC says, the last one too. */
export function csvOf(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = sanitize(value);
  // A spreadsheet runs what begins like a formula; names that begin with @ are common and harmless as text in quotes.
  const inert = /^[=+\t\r]|^-[^\d]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
