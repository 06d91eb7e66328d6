/** Comma-separated values (RFC 4180), for a spreadsheet. */
import { sanitize } from "../terminal/sanitize.ts";

/** Null is an empty cell. */
export type CsvValue = string | number | null;

/** Every line, the last one included, ends with CR LF as the RFC says. */
export function csvOf(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** A spreadsheet evaluates cells that begin like a formula. These do but are harmless: numbers, and the scoped names of npm packages. */
const harmless = /^(?:-[\d.,]+|@[\w.-]+\/[\w.-]+(?:@[\w.-]+)?)$/;

function cell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = sanitize(value);
  const inert = /^[=+@\t\r-]/.test(text) && !harmless.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
