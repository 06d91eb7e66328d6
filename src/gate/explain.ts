/** `ballast check --explain [RULE]` */
import { BallastError } from "../base/errors.ts";
import { suggestion } from "../base/text/nearest.ts";
import { flooredRuleIds, listKinds, ruleIds, ruleKinds } from "../config/rule-schema.ts";
import type { RuleId, ThresholdKind } from "../config/rule-schema.ts";
import { padEnd, wrap } from "../terminal/width.ts";
import { rules } from "./rules.ts";

const takes: Readonly<Record<ThresholdKind, string>> = {
  ratio: 'a ratio from 0 to 1, or a percentage like "10%"',
  bytes: 'bytes, as a number or like "20MB" or "20MiB"',
  count: "a whole number",
  percent: 'a percentage like 5 or "5%"',
  severity: "a severity: info, low, medium, high or critical",
  paths: "a list of absolute paths or globs",
  names: "a list of names",
  packages: "a list of names of packages",
  switch: "true",
};

const columns = 100;

/** @throws {BallastError} bad-argument naming the nearest rule */
export function explainRule(name: string): string {
  const id = ruleIds.find((known) => known.toLowerCase() === name.toLowerCase());
  if (id === undefined)
    throw new BallastError("bad-argument", `there is no rule "${name}"${suggestion(name, ruleIds)}`, {
      hint: "`ballast check --explain` lists the rules",
    });
  const rule = rules[id];
  return [
    `${id}: ${rule.title}`,
    "",
    ...wrap(rule.meaning, columns),
    "",
    `Takes ${takes[ruleKinds[id]]}. ${comparison(id)}`,
    "",
    ...wrap(`Fix: ${rule.fix}.`, columns),
    "",
    "In .ballast.yaml:",
    "  rules:",
    `    ${id}: { fail: ${rule.example}, reason: "why you want this" }`,
    "",
    `On the command line: --fail ${flagWord(id)}`,
    "",
  ].join("\n");
}

export function listRules(): string {
  const width = Math.max(...ruleIds.map((id) => id.length)) + 2;
  return `${ruleIds.map((id) => `${padEnd(id, width)}${rules[id].title}`).join("\n")}\n`;
}

function comparison(id: RuleId): string {
  const kind = ruleKinds[id];
  if (listKinds.has(kind)) return id.startsWith("required") ? "Breaks when one of them is missing." : "Breaks when one of them is found.";
  if (kind === "switch") return "Breaks when it is so.";
  if (kind === "severity") return "Breaks at findings of that severity and above.";
  const floor = flooredRuleIds.has(id) ? " `unless-below: 20MB` beside it spares what has fewer bytes behind it." : "";
  return `Breaks when the figure is ${rules[id].lowest === true ? "lower" : "higher"}; equal passes.${floor}`;
}

/** `RULE=VALUE`, quoted where a shell would expand it as a glob. */
function flagWord(id: RuleId): string {
  if (ruleKinds[id] === "switch") return id;
  const value = rules[id].example
    .replace(/^\[|\]$/g, "")
    .replaceAll('"', "")
    .replaceAll(", ", ",");
  return value.includes("*") ? `'${id}=${value}'` : `${id}=${value}`;
}
