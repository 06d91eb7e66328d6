/** Which rule of the table a path falls under. */
import { dropRules, leftoverRules } from "./rules.ts";
import type { DropRule, LeftoverRule } from "./rules.ts";

const ofDirectories = anyOf(leftoverRules.flatMap(({ pattern, name }) => (name === undefined ? [pattern] : [])));
const ofNames = anyOf(leftoverRules.flatMap(({ name }) => name ?? []));

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"));
}

/** False when no file in this directory (with its slash, "" for the root) falls under a rule, but for those that `mayBeLeftoverName` names. */
export function mayHoldLeftovers(directory: string): boolean {
  return ofDirectories.test(`${directory}x`);
}

/** False when a file of this name falls under a rule only if all in its directory do. */
export function mayBeLeftoverName(name: string): boolean {
  return ofNames.test(name);
}

/** The rule that a path falls under, if any. The first in the table wins. */
export function leftoverRuleOf(path: string): LeftoverRule | null {
  return leftoverRules.find((rule) => fits(rule, path)) ?? null;
}

/** Every rule by which a plan may take a path: a compiled test is compiled Python and lies in a test directory. */
export function dropRulesOf(path: string): DropRule[] {
  const first = dropRules.findIndex((rule) => fits(rule, path));
  return first < 0 ? [] : dropRules.slice(first).filter((rule) => fits(rule, path));
}

function fits({ pattern, keep }: DropRule, path: string): boolean {
  return pattern.test(path) && keep?.test(path) !== true;
}
