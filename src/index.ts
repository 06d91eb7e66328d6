/**
 * Ballast as a library: open an image, and ask. docs/library.md has programs to begin with, docs/api.md every type.
 *
 * Nothing here prints, exits, or reads a flag. What is the input's fault is thrown as a `BallastError` with a `code`.
 */
export type {
  Analysis,
  BaseImage,
  Duplicate,
  Efficiency,
  LayerFigures,
  Leftover,
  Totals,
  Waste,
  WasteCause,
} from "../analyzers/analysis.ts";
export type { DiffSide, ImageDiff } from "../analyzers/diff/image-diff.ts";
export type { LayerDiff } from "../analyzers/diff/layer-diff.ts";
export type { PackageChange } from "../analyzers/diff/packages.ts";
export type { PathChange, TreeDiff } from "../analyzers/diff/tree-diff.ts";
export type { PackageAnalysis, PackageRow } from "../analyzers/packages/model.ts";
export type { SecretFinding, SecretLocation } from "../analyzers/secrets/findings/secret-finding.ts";
export { BallastError, ExitStatus } from "./base/errors.ts";
export type { ErrorCode } from "./base/errors.ts";
export type { Severity } from "./base/severity.ts";
export type { RuleId } from "./config/rule-schema.ts";
export type { FileNode, FileTree, Inode } from "./filesystem/file-tree.ts";
export type { GateResult, RuleResult } from "./gate/verdict.ts";
export type { ImageConfig } from "./image/config.ts";
export type { Digest } from "./image/digest.ts";
export type { Image, Layer, TransportName } from "./image/image.ts";
export type { Platform } from "./image/platform.ts";
export type { Warning } from "./image/warning.ts";
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
export type { OptimizeSteps, RequestedSettings } from "./operations/plan-image.ts";
export type { ReportFormat, ReportOptions } from "./report/options.ts";
export type { RewriteProgress, RewriteResult } from "./rewrite/execute-plan.ts";
export { withStep } from "./rewrite/plan/plan.ts";
export type { Plan, PlanPath, PlanStep, Prediction, Saving, Sizes } from "./rewrite/plan/plan.ts";
export { predict } from "./rewrite/plan/figures/predict.ts";
export type { ConnectionOptions, TransferProgress } from "./transports/transport.ts";
