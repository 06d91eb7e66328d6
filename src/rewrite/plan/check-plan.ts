/** Validates a plan file before it is used: anyone may have edited it. */
import { BallastError } from "../../base/errors.ts";
import { parseTime } from "../../base/text/date-time.ts";
import { globProblem } from "../../base/text/glob.ts";
import { compressionLevels } from "../../compression/compress.ts";
import { isDigest } from "../../image/digest.ts";

type Json = Readonly<Record<string, unknown>>;
type Fail = (what: string) => never;

const stepKinds: ReadonlySet<unknown> = new Set([
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

/** @throws {BallastError} bad-config, naming the key */
export function checkPlan(value: unknown, file: string): void {
  const fail: Fail = (what) => {
    throw new BallastError("bad-config", `${file}: ${what}`, { hint: "write a new one with --plan FILE and edit that" });
  };
  const plan = isObject(value) ? value : fail("a plan is a JSON object");
  if (plan["schemaVersion"] !== 1) fail(`schemaVersion is ${shown(plan["schemaVersion"])}, this version of Ballast reads 1`);
  const image = isObject(plan["image"]) ? plan["image"] : fail("image is missing");
  if (!isDigest(image["configDigest"])) fail("image.configDigest is not a digest");
  for (const key of ["reference", "platform"]) if (typeof image[key] !== "string") fail(`image.${key} is not a text`);
  const { layers } = image;
  const keep = plan["keepLayers"];
  if (!isCount(layers)) fail("image.layers is not a number");
  if (!isCount(keep) || (keep as number) > (layers as number)) fail("keepLayers is not a number of layers");
  if (!isCount(plan["baseLayers"])) fail("baseLayers is not a number of layers");
  checkFigures(plan["figures"], fail);
  checkSettings(plan["settings"], fail);
  const steps = Array.isArray(plan["steps"]) ? plan["steps"] : fail("steps is not a list");
  for (const step of steps) checkStep(step, fail);
}

function checkFigures(value: unknown, fail: Fail): void {
  const figures = isObject(value) ? value : fail("figures is missing");
  for (const [key, figure] of Object.entries(figures)) {
    const isFit = key === "exact" ? typeof figure === "boolean" : key === "ratioFrom" ? typeof figure === "string" : isFigure(figure);
    if (!isFit) fail(`figures.${key} is ${shown(figure)}`);
  }
}

function checkStep(value: unknown, fail: Fail): void {
  const step = isObject(value) ? value : fail("a step is a JSON object");
  const id = typeof step["id"] === "string" ? step["id"] : fail("a step has no id");
  if (!stepKinds.has(step["kind"])) fail(`step ${id}: kind ${shown(step["kind"])} is not known`);
  if (typeof step["enabled"] !== "boolean") fail(`step ${id}: enabled is neither true nor false`);
  for (const key of ["title", "detail"]) if (typeof step[key] !== "string") fail(`step ${id}: ${key} is not a text`);
  const saving = isObject(step["saving"]) ? step["saving"] : fail(`step ${id}: saving is missing`);
  for (const key of ["uncompressed", "compressed", "afterSharing"])
    if (!isFigure(saving[key])) fail(`step ${id}: saving.${key} is not a number`);
  const list = (key: string, isFit: (each: Json) => boolean, isOptional = false): void => {
    const found = step[key];
    if (found === undefined && isOptional) return;
    const each = Array.isArray(found) ? found : fail(`step ${id}: ${key} is not a list`);
    if (!each.every((one) => isObject(one) && isFit(one))) fail(`step ${id}: ${key} holds something that does not belong there`);
  };
  list("paths", ({ path, bytes }) => typeof path === "string" && typeof bytes === "number");
  list("groups", ({ bytes, paths }) => typeof bytes === "number" && isTexts(paths));
  list("kept", ({ path, why }) => typeof path === "string" && typeof why === "string", true);
  list("lines", ({ dockerfile, paths, bytes }) => isPlace(dockerfile) && isCount(paths) && typeof bytes === "number", true);
  const { scrub } = step;
  if (scrub === null) return;
  if (!isObject(scrub) || !isTexts(scrub["env"]) || !isTexts(scrub["labels"]) || typeof scrub["history"] !== "boolean")
    fail(`step ${id}: scrub is not understood`);
}

function checkSettings(value: unknown, fail: Fail): void {
  const settings = isObject(value) ? value : fail("settings is missing");
  const { compression, created, boundaries, clampTime } = settings;
  if (!isCompression(compression)) fail("settings.compression is not understood");
  const choice = (key: string, choices: readonly string[]): void => {
    if (!choices.includes(settings[key] as string)) fail(`settings.${key} is not one of ${choices.join(", ")}`);
  };
  choice("order", ["path", "compress"]);
  choice("history", ["keep", "collapse", "redact"]);
  choice("manifest", ["oci", "docker"]);
  if (clampTime !== null && !isCount(clampTime)) fail("settings.clampTime is not a number of seconds");
  if (created !== null && (typeof created !== "string" || parseTime(created) === null)) fail("settings.created is not an RFC 3339 time");
  if (!isTexts(boundaries)) fail("settings.boundaries is not a list of globs");
  for (const glob of boundaries) {
    const problem = globProblem(glob);
    if (problem !== null) fail(`settings.boundaries: "${glob}" ${problem}`);
  }
  checkConfig(isObject(settings["config"]) ? settings["config"] : fail("settings.config is missing"), fail);
}

function checkConfig(config: Json, fail: Fail): void {
  const { setEnv, unsetEnv, labels } = config;
  if (!isPairs(setEnv, (text) => typeof text === "string")) fail("settings.config.setEnv is not a list of names and values");
  if (!isPairs(labels, (text) => text === null || typeof text === "string"))
    fail("settings.config.labels is not a list of names and values");
  if (!isTexts(unsetEnv)) fail("settings.config.unsetEnv is not a list of names");
  for (const key of ["entrypoint", "cmd"])
    if (!isAbsent(config[key]) && !isTexts(config[key])) fail(`settings.config.${key} is not a list of words`);
  for (const key of ["user", "workdir"])
    if (!isAbsent(config[key]) && typeof config[key] !== "string") fail(`settings.config.${key} is not a text`);
}

function isCompression(value: unknown): boolean {
  if (!isObject(value) || !isCount(value["level"])) return false;
  const { kind, level } = value as { readonly kind: unknown; readonly level: number };
  if (kind === "none") return true;
  if (kind !== "gzip" && kind !== "zstd") return false;
  return level >= compressionLevels[kind].lowest && level <= compressionLevels[kind].highest;
}

/** A place in a Dockerfile, or null. */
function isPlace(value: unknown): boolean {
  return value === null || (isObject(value) && typeof value["file"] === "string" && isCount(value["line"]));
}

function isPairs(value: unknown, isValue: (text: unknown) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string" && isValue(pair[1]))
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Bytes and ratios; null if unknown. */
function isFigure(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isFinite(value));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 60);
}
