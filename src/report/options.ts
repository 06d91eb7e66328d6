/** What every report takes in addition to the analysis. */
import type { Baseline, GateResult } from "../gate/verdict.ts";

export interface ReportOptions {
  /** The verdict, if a gate was asked for. */
  readonly gate?: GateResult;
  /** The image it was compared with. */
  readonly baseline?: Baseline | undefined;
  /** JSON: add the merged tree. */
  readonly files?: boolean;
  /** Text: columns of the terminal. */
  readonly columns?: number;
  readonly color?: boolean;
  /** Text: every row instead of the largest. */
  readonly all?: boolean;
}

export const reportFormats = ["text", "json", "markdown", "html", "sarif", "junit", "github", "codequality", "dive"] as const;
export type ReportFormat = (typeof reportFormats)[number];
