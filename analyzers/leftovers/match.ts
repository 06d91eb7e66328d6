/** Which rule of the table a path falls under. */
import { leftoverRules } from "./rules.ts";
import type { LeftoverRule } from "./rules.ts";

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
  return leftoverRules.find(({ pattern, keep }) => pattern.test(path) && keep?.test(path) !== true) ?? null;
}
