/** Analyses one image of a survey and keeps what the survey reports about it. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { figuresOf } from "../../../analyzers/survey/image-figures.ts";
import type { Verdict } from "../../../analyzers/survey/survey.ts";
import type { Settings } from "../../config/settings.ts";
import { evaluateGate, withoutAllowed } from "../../gate/evaluate.ts";
import type { GateResult } from "../../gate/verdict.ts";
import type { Image } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";
import { analyzeImage } from "../analyze-image.ts";
import type { SecretOptions } from "../analyze-image.ts";
import type { Outcome } from "./second-pass.ts";

/** How every image of a survey is analysed. */
export interface ImageWork {
  readonly secrets: SecretOptions;
  readonly duplicates: boolean;
  /** Null applies no rules. */
  readonly settings: Settings | null;
  /** Milliseconds since 1970, for allowances that expire. */
  readonly now: number;
  /** The format of each image's own report; null makes none. */
  readonly report: "json" | "html" | null;
}

/** @throws {BallastError} what is wrong with a layer, naming it */
export async function judgeImage(image: Image, scanner: Scanner, work: ImageWork): Promise<Outcome> {
  const { secrets, duplicates, settings, now } = work;
  const analysis = await analyzeImage(image, { scanner, secrets, duplicates });
  await scanner.flush();
  const gate = settings === null ? null : evaluateGate({ analysis, settings, baseline: null, now });
  const shown = settings === null ? analysis : withoutAllowed(analysis, settings.secretsAllow, now).analysis;
  return {
    figures: figuresOf(shown),
    verdict: gate === null ? null : verdictOf(gate),
    secrets: shown.secrets ?? [],
    report: work.report === null ? null : await reportOf(work.report, shown, gate),
  };
}

async function reportOf(format: "json" | "html", analysis: Analysis, gate: GateResult | null): Promise<string> {
  const { renderReport } = await import("../../report/render.ts");
  return renderReport(format, analysis, gate === null ? {} : { gate });
}

function verdictOf({ status, sentence, rules }: GateResult): Verdict {
  const broken = rules.filter((rule) => rule.status !== "pass" && rule.status !== "ignored");
  return { status, sentence, broken: broken.map((rule) => ({ rule: rule.rule, status: rule.status, reason: rule.reason })) };
}
