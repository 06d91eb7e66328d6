/** The id of the built-in rules, available without loading them. */

/** Inserted by the bundler, because loading and hashing five hundred rules takes longer than reporting an image that is already known. */
declare const ballastRulesId: string;

/** `CompiledRules.id` of the built-in rules alone. */
export async function builtinRulesId(): Promise<string> {
  if (typeof ballastRulesId === "string") return ballastRulesId;
  const { compileBuiltinRules } = await import("./compile-rules.ts");
  return compileBuiltinRules().id;
}
