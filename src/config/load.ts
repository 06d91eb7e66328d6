/** Settings from all sources: flags over environment over file over defaults. */
import { statSync } from "node:fs";
import { basename, join, relative } from "node:path";

import { BallastError } from "../base/errors.ts";
import { readShortText } from "../base/files/read-short-text.ts";
import { parseBallastYaml } from "./ballast-yaml.ts";
import type { PartialSettings } from "./ballast-yaml.ts";
import { besideFile } from "./beside-file.ts";
import { defaultRules, secretsBesideDive } from "./default-rules.ts";
import { diveDefaults, diveSetting, isDives, parseDiveCi } from "./dive-ci.ts";
import { discoverConfig } from "./discover.ts";
import { environmentRules, flagRules, refuse } from "./given-rules.ts";
import type { GivenRules } from "./given-rules.ts";
import { diveRuleIds, ruleIds } from "./rule-schema.ts";
import type { DefaultSet, DiveRuleId, RuleId, RuleSetting } from "./rule-schema.ts";
import type { Settings } from "./settings.ts";
import { contradiction } from "./threshold.ts";

export interface SettingsQuery {
  /** Where to look for a file; null does not look for one. */
  readonly directory: string | null;
  readonly env: NodeJS.ProcessEnv;
  /** Those of the settings flags that a command has, from its command line or its environment variables. */
  readonly flags: Partial<SettingsFlags>;
}

/** Null is not given. */
export interface SettingsFlags extends Readonly<Record<DiveRuleId, string | null>> {
  readonly config: string | null;
  readonly ciConfig: string | null;
  readonly base: string | null;
  readonly baseline: string | null;
  readonly theme: string | null;
  readonly view: Settings["view"];
  readonly ci: boolean;
  /** Whose defaults hold for rules that nobody sets. */
  readonly rules: DefaultSet | null;
  readonly secrets: Settings["secretsScan"];
  /** `RULE=THRESHOLD`. */
  readonly fail: readonly string[];
  readonly warn: readonly string[];
}

/**
 * @throws {BallastError} bad-config naming file, line, key and the nearest valid one; bad-argument for flags
 */
export async function loadSettings(query: SettingsQuery): Promise<Settings> {
  const notes: string[] = [];
  const sources: string[] = [];
  const file = await readConfigFile(query, sources, notes);
  const scan = query.flags.secrets ?? file.settings.secretsScan ?? null;
  const gateNotes: string[] = [];
  const rules = mergeRules(query, file, scan, gateNotes);
  if (scan === "config")
    gateNotes.push("secrets are looked for in config and history only (--secrets config), not in the contents of files");
  return {
    rules,
    ignore: file.settings.ignore ?? [],
    secretsAllow: file.settings.secretsAllow ?? [],
    secretsScan: scan,
    base: nonEmpty(query.flags.base) ?? file.settings.base ?? null,
    baseline: nonEmpty(query.flags.baseline) ?? file.settings.baseline ?? null,
    keys: file.settings.keys ?? {},
    theme: nonEmpty(query.flags.theme) ?? file.settings.theme ?? null,
    view: query.flags.view ?? file.settings.view ?? null,
    sources,
    notes,
    gateNotes,
  };
}

interface FileSettings {
  readonly settings: PartialSettings;
  /** Whether a `.ballast.yaml` was read. */
  readonly isOurs: boolean;
  /** Set when a `.dive-ci` was read. */
  readonly dive: ReadonlyMap<DiveRuleId, RuleSetting> | null;
}

async function readConfigFile({ directory, env, flags }: SettingsQuery, sources: string[], notes: string[]): Promise<FileSettings> {
  const config = nonEmpty(flags.config);
  // Naming a file is the same as having it found.
  const isOfDive = config !== null && isDives(config);
  const diveFile = nonEmpty(flags.ciConfig) ?? (isOfDive ? config : null);
  const ballastFile = isOfDive ? null : config;
  const isNamed = diveFile !== null || ballastFile !== null;
  if (isOfDive && diveFile !== config)
    throw new BallastError("bad-config", `two .dive-ci files are named, ${diveFile} and ${config}: one of them would judge nothing`, {
      hint: "leave out --config or --ci-config; BALLAST_CONFIG and DIVE_CI_CONFIG name one too",
    });
  if (diveFile !== null && config === null && directory !== null) noteUnused(directory, env, diveFile, notes);
  const found = isNamed || directory === null ? null : discoverConfig(directory, env);
  for (const other of found?.passedOver ?? []) {
    notes.push(`${shown(directory, other)} is not used: there is a ${basename(found!.path)} beside it`);
  }
  if (directory !== null && !isNamed && found === null) await noteDivesSettings(directory, notes);
  let settings: PartialSettings = {};
  let dive: ReadonlyMap<DiveRuleId, RuleSetting> | null = null;
  const ballastPath = ballastFile ?? (found?.kind === "ballast" ? found.path : null);
  if (ballastPath !== null) {
    const name = shown(directory, ballastPath);
    sources.push(name);
    settings = await parseBallastYaml(name, await readText(ballastPath));
    const { base, baseline } = settings;
    if (base !== undefined && base !== null) settings.base = besideFile(ballastPath, base, directory ?? ".");
    if (baseline !== undefined && baseline !== null) settings.baseline = besideFile(ballastPath, baseline, directory ?? ".");
  }
  const divePath = diveFile ?? (found?.kind === "dive" ? found.path : null);
  if (divePath !== null) {
    const name = shown(directory, divePath);
    sources.push(name);
    const parsed = await parseDiveCi(name, await readText(divePath));
    dive = parsed.rules;
    notes.push(...parsed.notes);
  }
  return { settings, isOurs: ballastPath !== null, dive };
}

/** Notes the repository's own rules when a variable names another file instead of them. */
function noteUnused(directory: string, env: NodeJS.ProcessEnv, named: string, notes: string[]): void {
  let found: ReturnType<typeof discoverConfig>;
  try {
    found = discoverConfig(directory, env);
  } catch (error) {
    if (error instanceof BallastError) return;
    throw error;
  }
  if (found?.kind === "ballast") notes.push(`${shown(directory, found.path)} is not used: ${named} is named instead`);
}

/** Notes rules in dive's settings file. No released dive reads them from there, so they count only when the file is named. */
async function noteDivesSettings(directory: string, notes: string[]): Promise<void> {
  const name = ".dive.yaml";
  const path = join(directory, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  const text = await readShortText(path, mostBytes).catch(() => null);
  if (text !== null && /^rules\s*:/m.test(text))
    notes.push(`the rules in ${name} do not judge here; name the file where they should: --ci-config ${name}`);
}

function shown(directory: string | null, path: string): string {
  const short = directory === null ? path : relative(directory, path);
  return short.length < path.length ? short : path;
}

/** Parsing a longer file could take minutes, and the file may come with a stranger's repository. */
const mostBytes = 1024 * 1024;

async function readText(path: string): Promise<string> {
  let text: string | null;
  try {
    text = await readShortText(path, mostBytes);
  } catch (error) {
    throw new BallastError(
      "bad-config",
      `cannot read the configuration ${path}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: "check the path given with --config, --ci-config or BALLAST_CONFIG",
        cause: error,
      },
    );
  }
  if (text !== null) return text;
  throw new BallastError("bad-config", `${path} has more than ${mostBytes} bytes: that is not a configuration`);
}

/** What file, environment and flags set, without any default. */
function rulesThatAreSet(file: FileSettings, environment: GivenRules, flags: GivenRules): Map<RuleId, RuleSetting> {
  const rules = new Map<RuleId, RuleSetting>(file.settings.rules ?? []);
  for (const [id, setting] of file.dive ?? []) rules.set(id, setting);
  for (const layer of [environment, flags]) {
    for (const [id, said] of layer) {
      const before = rules.get(id) ?? { fail: null, warn: null, because: null, unjudged: null, from: said.from, failUnsaid: true };
      rules.set(id, { ...before, ...said, failUnsaid: before.failUnsaid === true && said.fail === undefined });
    }
  }
  return rules;
}

/**
 * The rules in effect. Setting a rule replaces the default of that rule and of no other, in a pipeline as anywhere else.
 * @throws {BallastError} bad-argument
 */
function mergeRules(
  query: SettingsQuery,
  file: FileSettings,
  scan: Settings["secretsScan"],
  notes: string[],
): ReadonlyMap<RuleId, RuleSetting> {
  const environment = environmentRules(query.env, notes);
  const flags = flagRules(query.flags, notes);
  const rules = rulesThatAreSet(file, environment, flags);
  for (const [id, setting] of rules) {
    const what = contradiction(id, setting);
    if (what !== null) notes.push(`${id} ${what} (${setting.from})`);
  }
  const { ours, dives } = defaultsThatHold(query, file, environment);
  noteSilenced(rules, file, [environment, flags], ours ? defaultRules : new Map(), notes);
  if (dives) {
    for (const id of diveRuleIds)
      if (!rules.has(id)) rules.set(id, diveSetting(id, diveDefaults[id], "dive's default", refuse("the default", id)));
  }
  if (ours) addDefaults(rules, scan, notes);
  else if (dives && scan !== "off" && !rules.has("secrets")) rules.set("secrets", secretsBesideDive);
  return inTableOrder(rules);
}

/** Notes rules that a variable or a flag switches off, so that neither turns a failing gate green silently. */
function noteSilenced(
  rules: ReadonlyMap<RuleId, RuleSetting>,
  file: FileSettings,
  layers: readonly GivenRules[],
  defaults: ReadonlyMap<RuleId, RuleSetting>,
  notes: string[],
): void {
  for (const id of new Set(layers.flatMap((layer) => [...layer.keys()]))) {
    const setting = rules.get(id)!;
    const written = file.settings.rules?.get(id) ?? file.dive?.get(id as DiveRuleId);
    const before = written ?? defaults.get(id);
    if (setting.fail !== null || setting.failUnsaid === true || before === undefined || before.fail === null) continue;
    const what = setting.warn === null ? "is off" : "only warns";
    const place = written === undefined ? "of its default" : `of what ${written.from} says`;
    notes.push(`${id} ${what}: ${setting.from} takes the place ${place}, which fails`);
  }
}

/** Whose defaults apply to rules that nobody sets. dive itself never skips one of its three. */
function defaultsThatHold(
  { flags }: SettingsQuery,
  file: FileSettings,
  environment: GivenRules,
): { readonly ours: boolean; readonly dives: boolean } {
  const asked = flags.rules ?? file.settings.defaults ?? null;
  const speaksDive = diveRuleIds.some((id) => (flags[id] ?? null) !== null || environment.get(id)?.from.startsWith("DIVE_") === true);
  // Where there is a .ballast.yaml, one of dive's flags sets only the rule it names.
  const byDive = file.dive !== null || (speaksDive && !file.isOurs);
  return {
    ours: asked === "ballast" || (asked === null && !byDive),
    dives: asked === "dive" || (asked !== "none" && (byDive || flags.ci === true)),
  };
}

function addDefaults(rules: Map<RuleId, RuleSetting>, scan: Settings["secretsScan"], notes: string[]): void {
  for (const [id, setting] of defaultRules) {
    const own = rules.get(id);
    if (own === undefined) {
      if (id === "secrets" && scan === "off")
        notes.push("secrets are not looked for (--secrets off), so the default rule about them is off");
      else rules.set(id, setting);
    } else if (own.failUnsaid === true && setting.fail !== null) {
      // Thresholds for single surfaces leave the general ones in force.
      if (own.warn === null) rules.set(id, { ...own, fail: setting.fail, warn: setting.warn });
      else notes.push(`${id} only warns: ${own.from} takes the place of its default, which fails`);
    }
  }
}

function inTableOrder(rules: ReadonlyMap<RuleId, RuleSetting>): ReadonlyMap<RuleId, RuleSetting> {
  return new Map(ruleIds.filter((id) => rules.has(id)).map((id) => [id, rules.get(id)!]));
}

function nonEmpty(text: string | null | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
