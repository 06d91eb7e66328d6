/** The name of Ballast's own rules, known without reading them. */

/** Put in by the bundler: to read and hash five hundred rules takes longer than to tell of an image that is known. */
declare const ballastRulesId: string;

/** `CompiledRules.id` of the built-in rules alone. */
export async function builtinRulesId(): Promise<string> {
  if (typeof ballastRulesId === "string") return ballastRulesId;
  const { compileBuiltinRules } = await import("./compile-rules.ts");
  return compileBuiltinRules().id;
}
