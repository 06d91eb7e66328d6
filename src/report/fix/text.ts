/** Fixes of a Dockerfile for people: what is done on which line, and what it saves in this image. */
import type { FixedDockerfile } from "../../../analyzers/dockerfile/fixes/fix-dockerfile.ts";
import { formatBytes, formatPercent, plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { padEnd, padStart, wrap } from "../../terminal/width.ts";

export interface FixTextOptions {
  readonly file: string;
  readonly reference: string;
  readonly columns: number;
  /** What matching the Dockerfile with the image left open. */
  readonly notes: readonly string[];
  /** Null where nothing was built. */
  readonly verification: VerificationFigures | null;
}

/** What building the old and the new Dockerfile has shown. */
export interface VerificationFigures {
  readonly builder: string;
  readonly takenOut: readonly { readonly fix: { readonly id: string }; readonly reason: string }[];
  readonly predictedBytes: number;
  readonly measuredBytes: number;
  readonly namedPaths: number;
  readonly rebuiltPaths: ReadonlyMap<string, number>;
}

/** The table, what is left over, and advice; without the patch. */
export function renderFixText(
  { fixes, left, advice }: FixedDockerfile,
  { file, reference, columns, notes, verification }: FixTextOptions,
): string {
  const lines: string[] = [];
  const sum = fixes.reduce((bytes, fix) => bytes + fix.savedBytes, 0);
  lines.push(
    fixes.length === 0
      ? `nothing to fix in ${file} for ${reference}`
      : `${plural(fixes.length, "fix", "fixes")} for ${file}, ${formatBytes(sum)} of ${reference}`,
  );
  const shown = [...fixes.map((fix) => ({ fix, mark: "" })), ...left.map((fix) => ({ fix, mark: "not applied: " }))];
  const width = Math.max(0, ...shown.map(({ fix }) => fix.id.length));
  for (const { fix, mark } of shown) {
    const gain = fix.kind === "bytes" ? formatBytes(fix.savedBytes) : fix.kind;
    const head = `${padEnd(fix.id, width)}  ${padStart(gain, 9)}  `;
    const [first = "", ...more] = wrap(`${mark}${fix.what}${fix.note === "" ? "" : ` (${fix.note})`}`, Math.max(30, columns - head.length));
    lines.push(`${head}${first}`, ...more.map((line) => " ".repeat(head.length) + line));
  }
  if (verification !== null) lines.push("", ...verifiedLines(verification, fixes.length).flatMap((line) => wrap(line, columns)));
  for (const item of advice) {
    const saved = item.savedBytes > 0 ? `, ${formatBytes(item.savedBytes)}` : "";
    lines.push("", `advice, ${file}:${item.line}${saved}: ${item.what}`, ...item.sketch.split("\n").map((line) => `    ${line}`));
  }
  if (notes.length > 0) lines.push("", ...notes.map((note) => `note: ${note}`));
  return `${lines.map((line) => sanitize(line).trimEnd()).join("\n")}\n`;
}

function verifiedLines(found: VerificationFigures, kept: number): string[] {
  const lines = found.takenOut.map(({ fix, reason }) => `taken out: ${fix.id}: ${reason}`);
  if (kept === 0) return [...lines, `verified by ${found.builder}: no fix stood`];
  const anew = [...found.rebuiltPaths].map(([reason, count]) => `${count} of ${reason}`).join(", ");
  const share = found.predictedBytes === 0 ? "" : ` (${formatPercent(found.measuredBytes / found.predictedBytes)})`;
  return [
    ...lines,
    `verified by ${found.builder}: ${formatBytes(found.predictedBytes)} predicted, ${formatBytes(found.measuredBytes)} measured${share}`,
    `the final trees differ in ${plural(found.namedPaths, "path")} that the fixes name${anew === "" ? "" : `, and in what every build writes anew: ${anew}`}`,
  ];
}
