/**
 * Ballast as a library: open an image, and ask. docs/library.md has programs to begin with, docs/api.md every type.
 *
 * Nothing here prints, exits, or reads a flag. What is the input's fault is thrown as a `BallastError` with a `code`.
 */
export type { Analysis } from "../analyzers/analysis.ts";
export type { ImageDiff } from "../analyzers/diff/image-diff.ts";
export type { SecretFinding } from "../analyzers/secrets/findings/secret-finding.ts";
export { BallastError, ExitStatus } from "./base/errors.ts";
export type { ErrorCode } from "./base/errors.ts";
export type { GateResult } from "./gate/verdict.ts";
export type { Image, Layer, TransportName } from "./image/image.ts";
export { analyze } from "./library/analyze.ts";
export type { AnalyzeImageOptions } from "./library/analyze.ts";
export { check } from "./library/check.ts";
export type { CheckImageOptions, Thresholds } from "./library/check.ts";
export { diff } from "./library/diff.ts";
export type { DiffImagesOptions, DiffTarget } from "./library/diff.ts";
export { exportTree } from "./library/export-tree.ts";
export type { ExportedTree, ExportTreeOptions } from "./library/export-tree.ts";
export { open } from "./library/open.ts";
export type { OpenImageOptions } from "./library/open.ts";
export type { OpenedImage } from "./library/opened.ts";
export { plan } from "./library/plan.ts";
export type { PlanImageOptions, PlannedImage } from "./library/plan.ts";
export { render } from "./library/render.ts";
export type { RenderDiffOptions } from "./library/render.ts";
export { rewrite } from "./library/rewrite.ts";
export type { RewriteImageOptions } from "./library/rewrite.ts";
export type { ReportFormat, ReportOptions } from "./report/options.ts";
export type { RewriteResult } from "./rewrite/execute-plan.ts";
export { withStep } from "./rewrite/plan/plan.ts";
export type { Plan, PlanStep, Prediction } from "./rewrite/plan/plan.ts";
export { predict } from "./rewrite/plan/figures/predict.ts";
