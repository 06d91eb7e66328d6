/** Reads plans back that `--plan` wrote and a person may have edited. */
import { BallastError } from "../../base/errors.ts";
import { globProblem } from "../../base/glob.ts";
import { isDigest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import { formatPlatform } from "../../image/platform.ts";
import type { Plan } from "./plan.ts";

type Json = Readonly<Record<string, unknown>>;

/** One plan, or one for each platform. @throws {BallastError} bad-config, naming the key */
export function parsePlans(text: string, file: string): Plan[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BallastError("bad-config", `${file} is not JSON: ${error instanceof Error ? error.message : ""}`, {
      hint: "write a new one with --plan FILE",
    });
  }
  const plans = [json].flat();
  for (const plan of plans) checkPlan(plan, file);
  return (plans as Plan[]).map(withKept);
}

/** Plans of earlier versions do not say what was kept. */
function withKept(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, kept: (step as Partial<typeof step>).kept ?? [] })) };
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

const stepKinds: ReadonlySet<string> = new Set([
  "merge",
  "drop",
  "remove",
  "undo-metadata",
  "hard-link",
  "scrub-secrets",
  "order",
  "recompress",
  "annotations",
  "split",
]);

function checkPlan(value: unknown, file: string): void {
  const fail = (what: string): never => {
    throw new BallastError("bad-config", `${file}: ${what}`, { hint: "write a new one with --plan FILE and edit that" });
  };
  const plan = isObject(value) ? value : fail("a plan is a JSON object");
  if (plan["schemaVersion"] !== 1) fail(`schemaVersion is ${JSON.stringify(plan["schemaVersion"])}, this version of Ballast reads 1`);
  const image = isObject(plan["image"]) ? plan["image"] : fail("image is missing");
  if (!isDigest(image["configDigest"])) fail("image.configDigest is no digest");
  const layers = image["layers"];
  const keep = plan["keepLayers"];
  if (!isCount(layers)) fail("image.layers is no number");
  if (!isCount(keep) || (keep as number) > (layers as number)) fail("keepLayers is not a number of layers");
  if (!isCount(plan["baseLayers"])) fail("baseLayers is not a number of layers");
  if (!isObject(plan["figures"])) fail("figures is missing");
  checkSettings(plan["settings"], fail);
  const steps = Array.isArray(plan["steps"]) ? plan["steps"] : fail("steps is no list");
  for (const step of steps) checkStep(step, fail);
}

function checkStep(value: unknown, fail: (what: string) => never): void {
  const step = isObject(value) ? value : fail("a step is a JSON object");
  const id = typeof step["id"] === "string" ? step["id"] : fail("a step has no id");
  if (!stepKinds.has(String(step["kind"]))) fail(`step ${id}: kind ${JSON.stringify(step["kind"])} is not known`);
  if (typeof step["enabled"] !== "boolean") fail(`step ${id}: enabled is neither true nor false`);
  const paths = Array.isArray(step["paths"]) ? step["paths"] : fail(`step ${id}: paths is no list`);
  for (const path of paths) {
    if (!isObject(path) || typeof path["path"] !== "string" || typeof path["bytes"] !== "number")
      fail(`step ${id}: paths holds something that is no path`);
  }
  const groups = Array.isArray(step["groups"]) ? step["groups"] : fail(`step ${id}: groups is no list`);
  for (const group of groups) {
    if (!isObject(group) || typeof group["bytes"] !== "number" || !isTexts(group["paths"]))
      fail(`step ${id}: groups holds something that is no group`);
  }
  const scrub = step["scrub"];
  if (scrub === null) return;
  if (!isObject(scrub) || !isTexts(scrub["env"]) || !isTexts(scrub["labels"]) || typeof scrub["history"] !== "boolean")
    fail(`step ${id}: scrub is not understood`);
}

function checkSettings(value: unknown, fail: (what: string) => never): void {
  const settings = isObject(value) ? value : fail("settings is missing");
  const compression = settings["compression"];
  if (!isObject(compression) || !["gzip", "zstd", "none"].includes(String(compression["kind"])) || !isCount(compression["level"])) {
    fail("settings.compression is not understood");
  }
  const choice = (key: string, choices: readonly string[]): void => {
    if (!choices.includes(String(settings[key]))) fail(`settings.${key} is none of ${choices.join(", ")}`);
  };
  choice("order", ["path", "compress"]);
  choice("history", ["keep", "collapse", "redact"]);
  choice("manifest", ["oci", "docker"]);
  const clamp = settings["clampTime"];
  if (clamp !== null && !isCount(clamp)) fail("settings.clampTime is no number of seconds");
  if (settings["created"] !== null && typeof settings["created"] !== "string") fail("settings.created is no time");
  if (!isTexts(settings["boundaries"])) fail("settings.boundaries is no list of globs");
  for (const glob of settings["boundaries"]) {
    const problem = globProblem(glob);
    if (problem !== null) fail(`settings.boundaries: "${glob}" ${problem}`);
  }
  const config = isObject(settings["config"]) ? settings["config"] : fail("settings.config is missing");
  for (const key of ["setEnv", "unsetEnv", "labels"]) if (!Array.isArray(config[key])) fail(`settings.config.${key} is no list`);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
