/** Document and columns, deflated and in base64, so that no text from an image can break out of the page's script element. */
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";

import { sanitize, sanitizeLines } from "../../terminal/sanitize.ts";
import type { Columns, DiffPage, ImagePage, SurveyPage } from "./page-data.ts";

/** Fields whose line breaks are kept. */
const severalLines: ReadonlySet<string> = new Set(["createdBy", "patch", "env", "labels", "text"]);

/**
 * The length of the document in bytes as a 32-bit number, lowest byte first; the document as JSON, which names the columns and their
 * lengths; the columns. Every text of the document is sanitised.
 */
export async function packPage(
  document: Omit<ImagePage, "columns"> | Omit<DiffPage, "columns"> | Omit<SurveyPage, "columns">,
  columns: Columns,
): Promise<string> {
  const named = { ...document, columns: Object.entries(columns).map(([name, bytes]) => [name, bytes.length]) };
  const json = Buffer.from(JSON.stringify(sanitised(named, false)), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const packed = await promisify(deflateRaw)(Buffer.concat([length, json, ...Object.values(columns)]), { level: 9 });
  return packed.toString("base64");
}

function sanitised(value: unknown, keepsLines: boolean): unknown {
  if (typeof value === "string") return keepsLines ? sanitizeLines(value) : sanitize(value);
  // Infinity, where dive divides by zero, is not a JSON number.
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item: unknown) => sanitised(item, keepsLines));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [sanitize(key), sanitised(item, keepsLines || severalLines.has(key))]),
  );
}
