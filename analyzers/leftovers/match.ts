/** Which rule of the table a path matches. */
import { dropRules, leftoverRules } from "./rules.ts";
import type { DropRule, LeftoverRule } from "./rules.ts";

const ofDirectories = anyOf(leftoverRules.flatMap(({ pattern, name }) => (name === undefined ? [pattern] : [])));
const ofNames = anyOf(leftoverRules.flatMap(({ name }) => name ?? []));

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"));
}

/** False when no file in this directory (with its slash, "" for the root) matches a rule, except by a name that passes `mayBeLeftoverName`. */
export function mayHoldLeftovers(directory: string): boolean {
  return ofDirectories.test(`${directory}x`);
}

/** False when no rule looks at this name: then a file matches only if everything in its directory does. */
export function mayBeLeftoverName(name: string): boolean {
  return ofNames.test(name);
}

/** The first rule of the table that a path matches, if any. */
export function leftoverRuleOf(path: string): LeftoverRule | null {
  return leftoverRules.find((rule) => fits(rule, path)) ?? null;
}

/** Every rule by which a plan may remove a path. There may be several: a compiled test is compiled Python and in a test directory. */
export function dropRulesOf(path: string): DropRule[] {
  const first = dropRules.findIndex((rule) => fits(rule, path));
  return first < 0 ? [] : dropRules.slice(first).filter((rule) => fits(rule, path));
}

function fits({ pattern, keep }: DropRule, path: string): boolean {
  return pattern.test(path) && keep?.test(path) !== true;
}
