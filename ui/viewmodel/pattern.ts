import { globProblem, parseGlob } from "../../src/base/text/glob.ts";
import { pathFromDisplay } from "../../src/filesystem/paths.ts";
import { substringTest } from "./substring.ts";

/** What a person types to find paths: a substring, a glob or a regular expression. */
export const patternModes = ["substring", "glob", "regex"] as const;
export type PatternMode = (typeof patternModes)[number];

export type PathTest = (path: string) => boolean;

export type Pattern = { readonly test: PathTest; readonly error: null } | { readonly test: null; readonly error: string };

/** Compiles a pattern for absolute paths. A substring or glob in small letters matches capitals too; a regular expression is taken as it is. */
export function compilePattern(text: string, mode: PatternMode): Pattern {
  switch (mode) {
    case "substring":
      return { test: substringTest(text), error: null };
    case "glob":
      return globTest(text);
    case "regex":
      return fromRegExp(() => new RegExp(text, "u"));
  }
}

function globTest(text: string): Pattern {
  const ignoreCase = text === text.toLowerCase() && !text.includes("[:upper:]");
  const error = globProblem(text);
  if (error !== null) return { test: null, error };
  const glob = parseGlob(text);
  return { test: (path) => glob.matches(pathFromDisplay(ignoreCase ? path.toLowerCase() : path)), error: null };
}

function fromRegExp(make: () => RegExp): Pattern {
  try {
    const expression = make();
    return { test: (path) => expression.test(path), error: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // "Invalid regular expression: /(/u: Unterminated group" says the pattern again, which stands right beside it.
    return { test: null, error: reason.replace(/^Invalid regular expression: .*: /s, "") };
  }
}
