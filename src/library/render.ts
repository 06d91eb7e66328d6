import type { Analysis } from "../../analyzers/analysis.ts";
import type { ImageDiff } from "../../analyzers/diff/image-diff.ts";
import { BallastError } from "../base/errors.ts";
import { suggestion } from "../base/text/nearest.ts";
import { reportFormats } from "../report/options.ts";
import type { ReportFormat, ReportOptions } from "../report/options.ts";

const diffFormats = ["text", "json", "markdown", "html"] as const;

/** For the text form of a diff. */
export interface RenderDiffOptions {
  /** Default 80. */
  readonly columns?: number;
  /** ANSI colours. Default false. */
  readonly color?: boolean;
  /** Every row instead of the largest. Default false. */
  readonly all?: boolean;
}

/**
 * An analysis as a report, ending with a newline. Secrets are masked, and text from the image is escaped for the format.
 * `json` is that of schema/report.schema.json: keys are only ever added to it while `schemaVersion` is 1.
 * @throws {BallastError} `bad-argument` for a format that there is not
 */
export async function render(analysis: Analysis, format: ReportFormat, options?: ReportOptions): Promise<string>;
/** A diff as a report. */
export async function render(diff: ImageDiff, format: "text" | "json" | "markdown" | "html", options?: RenderDiffOptions): Promise<string>;
export async function render(
  found: Analysis | ImageDiff,
  format: ReportFormat,
  options: ReportOptions & RenderDiffOptions = {},
): Promise<string> {
  const formats: readonly string[] = "tree" in found ? reportFormats : diffFormats;
  if (!formats.includes(format)) throw new BallastError("bad-argument", `there is no format "${format}"${suggestion(format, formats)}`);
  if ("tree" in found) return (await import("../report/render.ts")).renderReport(format, found, options);
  if (format === "json") return (await import("../report/diff/json.ts")).renderDiffJson(found);
  if (format === "html") return (await import("../report/html/diff-page.ts")).renderDiffHtml(found);
  if (format === "markdown") return (await import("../report/diff/markdown.ts")).renderDiffMarkdown(found);
  const { columns = 80, color = false, all = false } = options;
  return (await import("../report/diff/text.ts")).renderDiffText(found, { columns, color, all });
}
