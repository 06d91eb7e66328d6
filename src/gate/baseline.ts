/** What growth is measured against: another image's analysis, or a JSON report about it. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { BallastError } from "../base/errors.ts";
import type { Baseline } from "./verdict.ts";

/** The warning about a layer of which only the table of contents was read. */
const byTable = "read-by-toc";

export function baselineOf({ image, totals, efficiency, layers, warnings }: Analysis): Baseline {
  return {
    name: image.reference,
    totalBytes: totals.totalBytes,
    finalBytes: totals.finalBytes,
    wastedBytes: totals.wastedBytes,
    score: efficiency.score,
    compressedBytes: totals.compressedBytes,
    layerCount: layers.length,
    layers: layers.map(({ diffId, bytes }) => ({ diffId, bytes })),
    claimedLayers: warnings.filter(({ code }) => code === byTable).length,
  };
}

/**
 * Reads the JSON that `ballast analyze --json` or `check --format json` wrote.
 * @throws {BallastError} bad-baseline when it is not such a report
 */
export function parseBaseline(file: string, text: string): Baseline {
  const fail = (what: string): never => {
    throw new BallastError("bad-baseline", `the baseline ${file} ${what}`);
  };
  let json: unknown;
  try {
    // Windows shells put a byte order mark before it.
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return fail("is not JSON");
  }
  const report = asRecord(json);
  const version = report["schemaVersion"];
  if (version === undefined) fail("is not a Ballast report: it has no schemaVersion");
  if (version !== 1) fail(`has schemaVersion ${String(version)}; this version of Ballast reads 1`);
  const image = asRecord(report["image"]);
  const efficiency = asRecord(report["efficiency"]);
  const number = (record: Record<string, unknown>, key: string): number => {
    const value = record[key];
    return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : fail(`has no figure "${key}"`);
  };
  const layers = Array.isArray(report["layers"]) ? report["layers"].map(asRecord) : fail("has no layers");
  const warnings = Array.isArray(report["warnings"]) ? report["warnings"] : [];
  return {
    name: typeof image["reference"] === "string" ? image["reference"] : file,
    totalBytes: number(image, "totalBytes"),
    finalBytes: number(image, "finalBytes"),
    wastedBytes: number(efficiency, "wastedBytes"),
    score: number(efficiency, "score"),
    compressedBytes: image["compressedBytes"] === null || image["compressedBytes"] === undefined ? null : number(image, "compressedBytes"),
    layerCount: layers.length,
    layers: layers.map((layer) => ({ diffId: String(layer["diffId"]), bytes: number(layer, "bytes") })),
    claimedLayers: warnings.filter((warning) => asRecord(warning)["code"] === byTable).length,
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
