/** One report an image, in a directory. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { makeDirectory } from "../../base/files/make-directory.ts";
import { writeOutputFile } from "../../base/files/output-file.ts";
import { writeError } from "../../base/files/write-error.ts";

/** Characters of a file's name that come from the image's. */
const longestName = 150;

/** @throws {BallastError} write-failed when the directory cannot be made */
export function imageReports(directory: string, format: "json" | "html"): (name: string, report: string) => Promise<void> {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error);
  }
  return async (name, report) => {
    // A report is made anew on every run: the last one's file is replaced.
    await writeOutputFile(join(directory, `${fileName(name)}.${format}`), report, { force: true });
  };
}

/** Names that differ in what a file's name cannot hold differ in the hash. */
function fileName(name: string): string {
  const readable = name
    .replaceAll(/[^\w.-]+/g, "_")
    .replace(/^[._]+/, "")
    .slice(0, longestName);
  return `${readable}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}
