import type { Analysis } from "../../analyzers/analysis.ts";
import { planRewrite, recommendedRange, recommendedSteps } from "../operations/plan-image.ts";
import type { OptimizeSteps, RequestedSettings } from "../operations/plan-image.ts";
import type { RangeChoice } from "../rewrite/plan/layer-range.ts";
import type { Plan } from "../rewrite/plan/plan.ts";
import { defaultSettings } from "../rewrite/plan/squash.ts";
import { sessionOf, untilAborted } from "./opened.ts";

export interface PlanImageOptions {
  /** `squash` merges layers and changes nothing else; `optimize` (the default) also takes the recommended steps. */
  readonly command?: "squash" | "optimize";
  /** Which layers are merged; set one of its properties. Default: those above the base if it is known, else all. */
  readonly range?: Partial<RangeChoice>;
  /**
   * Compression, order, history, media types, edits of the config. Defaults: gzip:6, by similarity, kept, the source's. A compression that is
   * null is zstd:9 where the source has zstd layers, else gzip:6.
   */
  readonly settings?: Partial<RequestedSettings>;
  /** Switches of `optimize`. Default: as recommended. */
  readonly steps?: Partial<OptimizeSteps>;
  /** Compress a sample of the files, for a better prediction of compressed sizes. Default false. */
  readonly sample?: boolean;
  readonly signal?: AbortSignal;
}

export interface PlannedImage {
  readonly plan: Plan;
  /** What a person should know about the plan; ready to print. */
  readonly warnings: readonly string[];
}

/**
 * What would make the image smaller, as data: a list of steps to switch on or off, each with the bytes it would save. Nothing is written. A
 * plan is JSON, may be kept and edited, and is valid only for the image it was made for.
 *
 * @param analysis of an image that is still open; with secrets when `steps.scrubSecrets` is on
 * @throws {BallastError} `unsupported-image` (Windows), `bad-argument`, `unknown-layer`, `read-failed`
 */
export async function plan(analysis: Analysis, options: PlanImageOptions = {}): Promise<PlannedImage> {
  const session = sessionOf(analysis.image);
  const request = {
    range: { ...recommendedRange, ...options.range },
    settings: { ...defaultSettings, manifest: null, ...options.settings },
    optimize: options.command === "squash" ? null : { ...recommendedSteps, ...options.steps },
    ...(options.sample === true ? { sample: true } : {}),
  };
  const planned = await untilAborted(
    options.signal,
    () => session.stop(),
    () => planRewrite(analysis, session.scanner(null), request),
  );
  return { plan: planned.plan, warnings: planned.warnings };
}
