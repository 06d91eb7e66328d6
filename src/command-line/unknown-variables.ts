/** Reports environment variables that look like Ballast's but are not: a misspelt one would silently drop a rule. */
import { commands } from "../commands/all.ts";
import type { Command, CommandIo } from "../commands/command.ts";
import { nearest } from "../base/text/nearest.ts";
import { ruleIds } from "../config/rule-schema.ts";

const prefix = "BALLAST_";

/** Set by the samples, the action, Kubernetes (for a service of this name), and scripts that say where Ballast is. */
const others = /^BALLAST_(?:(?:INPUT|PORT|SERVICE)(?:_.*)?|IMAGE|REPO|REPOSITORY|VERSION|HOME|ROOT|DIR|PATH|BIN)$/;

/** Says on standard error which variables are not read, and which ones may be meant. Never fails, since something else may use them. */
export async function noteUnknownVariables(command: Command, { env, stderr }: CommandIo): Promise<void> {
  const asked = Object.entries(env).flatMap(([name, value]) =>
    /^ballast_./i.test(name) && value !== "" && !others.test(name) ? [name] : [],
  );
  const unknown = asked.filter((name) => !isRule(name) && !variablesOf(command).includes(name));
  if (unknown.length === 0) return;
  // Only now, because it takes loading every command.
  const all = (await Promise.all(commands.map((entry) => entry.load()))).flatMap(variablesOf);
  for (const name of unknown.filter((each) => !all.includes(each))) {
    const meant = meantBy(name, command, all);
    // In small letters it is not a name that anyone would take for ours, unless it is one of them.
    if (meant === null && !name.startsWith(prefix)) continue;
    stderr.write(`note: the environment variable ${name} is not read${meant === null ? "" : `; did you mean ${meant}?`}\n`);
  }
}

function variablesOf({ flags }: Command): readonly string[] {
  return Object.values(flags).flatMap(({ variable }) => variable ?? []);
}

/** The rule in its name may be unknown; the gate itself refuses that. */
function isRule(name: string): boolean {
  return /^BALLAST_(?:FAIL|WARN)_./.test(name);
}

function meantBy(name: string, { flags }: Command, variables: readonly string[]): string | null {
  const word = name.slice(prefix.length).toLowerCase().replaceAll("_", "-");
  const rule = ruleIds.find((id) => id.toLowerCase() === word);
  const flag = Object.keys(flags).find((each) => each.toLowerCase() === word);
  const alone = [
    ...(rule === undefined ? [] : [`${prefix}FAIL_${name.slice(prefix.length).toUpperCase()}`]),
    ...(flag === undefined ? [] : [`the flag --${flag}`]),
  ];
  if (alone.length > 0) return alone.join(" or ");
  const rules = ruleIds.flatMap((id) => ["FAIL", "WARN"].map((level) => `${prefix}${level}_${id.replaceAll("-", "_").toUpperCase()}`));
  const ours = [...variables.filter((each) => each.startsWith(prefix)), ...rules].map((each) => each.slice(prefix.length));
  // Among so many names, every short word is close to one.
  const near = word.length < 5 ? null : nearest(word, ours);
  return near === null ? null : prefix + near;
}
