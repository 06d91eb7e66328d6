/** One JSON report an image, in a directory. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Analysis } from "../../../analyzers/analysis.ts";
import { makeDirectory } from "../../base/make-directory.ts";
import { writeOutputFile } from "../../base/output-file.ts";
import { writeError } from "../../base/write-error.ts";
import type { GateResult } from "../../gate/verdict.ts";

/** Characters of a file's name that come from the image's. */
const longestName = 150;

/** @throws {BallastError} write-failed when the directory cannot be made */
export async function imageReports(
  directory: string,
): Promise<(name: string, analysis: Analysis, gate: GateResult | null) => Promise<void>> {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error);
  }
  return async (name, analysis, gate) => {
    const { renderReport } = await import("../../report/render.ts");
    const text = await renderReport("json", analysis, gate === null ? {} : { gate });
    // A report is made anew on every run: the last one's file is replaced.
    await writeOutputFile(join(directory, fileName(name)), text, { force: true });
  };
}

/** Names that differ in what a file's name cannot hold differ in the hash. */
function fileName(name: string): string {
  const readable = name
    .replaceAll(/[^\w.-]+/g, "_")
    .replace(/^[._]+/, "")
    .slice(0, longestName);
  return `${readable}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}.json`;
}
