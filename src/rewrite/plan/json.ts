/** Reads plans that `--plan` wrote and a person may have edited. */
import { BallastError } from "../../base/errors.ts";
import type { Image } from "../../image/image.ts";
import { reasonOf } from "../../image/json.ts";
import { formatPlatform } from "../../image/platform.ts";
import { checkPlan } from "./check-plan.ts";
import { noConfigEdits } from "./plan.ts";
import type { Plan } from "./plan.ts";

/** One plan, or one for each platform. @throws {BallastError} bad-config, naming the key */
export function parsePlans(text: string, file: string): Plan[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BallastError("bad-config", `${file} is not JSON: ${reasonOf(error)}`, {
      hint: "write a new one with --plan FILE",
    });
  }
  const plans = [json].flat();
  for (const plan of plans) checkPlan(plan, file);
  return (plans as Plan[]).map(completed);
}

/** Plans of earlier versions lack `kept`. Keys missing from the config edits mean no edit. */
function completed(plan: Plan): Plan {
  const settings = { ...plan.settings, config: { ...noConfigEdits, ...plan.settings.config } };
  return { ...plan, settings, steps: plan.steps.map((step) => ({ ...step, kept: (step as Partial<typeof step>).kept ?? [] })) };
}

/** The plan made for this image. @throws {BallastError} bad-config when there is none */
export function planFor(plans: readonly Plan[], image: Image, file: string): Plan {
  const plan = plans.find((other) => other.image.configDigest === image.configDigest);
  if (plan !== undefined && plan.image.layers === image.layers.length) return plan;
  const made = plans.map((other) => `${other.image.reference} (${other.image.platform})`).join(", ");
  throw new BallastError("bad-config", `${file} was made for ${made}, not for ${image.reference} (${formatPlatform(image.platform)})`, {
    hint: "a plan holds for the very image it was made for; make a new one with --plan",
  });
}
