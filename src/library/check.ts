import type { Analysis } from "../../analyzers/analysis.ts";
import { loadSettings } from "../config/load.ts";
import type { DefaultSet, RuleId } from "../config/rule-schema.ts";
import { baselineOf, parseBaseline } from "../gate/baseline.ts";
import { evaluateGate } from "../gate/evaluate.ts";
import type { Baseline, GateResult } from "../gate/verdict.ts";
import { defined } from "../base/defined.ts";
import { BallastError } from "../base/errors.ts";
import { suggestion } from "../base/text/nearest.ts";

/** By rule; as `--fail RULE=VALUE` takes them: `"200MB"`, `0.95`, `"high"`, `true`, `"off"`. */
export type Thresholds = Readonly<Partial<Record<RuleId, string | number | boolean>>>;

export interface CheckImageOptions {
  /** Path of a `.ballast.yaml`. When absent, none is used. */
  readonly config?: string;
  /** Thresholds that fail; they override those of the file. */
  readonly fail?: Thresholds;
  /** Thresholds that warn. */
  readonly warn?: Thresholds;
  /** Whose defaults apply to rules that are not set (docs/check.md). */
  readonly defaults?: DefaultSet;
  /** What growth is measured against: an analysis, or the text of a JSON report. */
  readonly baseline?: Analysis | string;
  /** The time by which exceptions with a last day count as expired. Default: now. */
  readonly now?: Date;
}

/**
 * Judges an image by rules (docs/check.md). Environment variables are ignored.
 * @returns the verdict: `status` is `pass`, `warn` or `fail`; a rule that could not be measured is `unjudged`, and counts for its `level`
 * @throws {BallastError} `bad-config` naming file and line, `bad-argument` for a threshold or an option that there is not, `bad-baseline`
 */
export async function check(analysis: Analysis, options: CheckImageOptions = {}): Promise<GateResult> {
  refuseUnknown(options);
  const settings = await loadSettings({
    directory: null,
    env: {},
    flags: {
      config: options.config ?? null,
      fail: thresholds(options.fail),
      warn: thresholds(options.warn),
      ...defined({ rules: options.defaults }),
    },
  });
  return evaluateGate({
    analysis,
    settings,
    baseline: baselineFrom(options.baseline ?? null),
    now: (options.now ?? new Date()).getTime(),
  });
}

const known = ["config", "fail", "warn", "defaults", "baseline", "now"] as const satisfies readonly (keyof CheckImageOptions)[];

/** A rule under a name that is mistyped would judge nothing, and nobody would know. */
function refuseUnknown(options: CheckImageOptions): void {
  const unknown = Object.keys(options).find((name) => !known.some((each) => each === name));
  if (unknown !== undefined) throw new BallastError("bad-argument", `check has no option "${unknown}"${suggestion(unknown, known)}`);
}

function baselineFrom(given: NonNullable<CheckImageOptions["baseline"]> | null): Baseline | null {
  if (given === null) return null;
  return typeof given === "string" ? parseBaseline("baseline", given) : baselineOf(given);
}

function thresholds(values: Thresholds = {}): string[] {
  return Object.entries(values).map(([rule, value]) => `${rule}=${String(value)}`);
}
