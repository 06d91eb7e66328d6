import { createRequire } from "node:module";
import type * as re2js from "re2js";

import { globProblem, parseGlob } from "../../src/base/text/glob.ts";
import { pathFromDisplay } from "../../src/filesystem/paths.ts";
import { substringTest } from "./substring.ts";

/** How a typed pattern is matched against paths. */
export const patternModes = ["substring", "glob", "regex"] as const;
export type PatternMode = (typeof patternModes)[number];

/** Compiling takes milliseconds per thousand characters. */
const longestRegex = 1000;
const require = createRequire(import.meta.url);

export type PathTest = (path: string) => boolean;

export type Pattern = { readonly test: PathTest; readonly error: null } | { readonly test: null; readonly error: string };

/** Compiles a pattern for absolute paths. A lower-case substring or glob ignores case; a regular expression is used as it is. */
export function compilePattern(text: string, mode: PatternMode): Pattern {
  switch (mode) {
    case "substring":
      return { test: substringTest(text), error: null };
    case "glob":
      return globTest(text);
    case "regex":
      return regexTest(text);
  }
}

function globTest(text: string): Pattern {
  const ignoreCase = text === text.toLowerCase() && !text.includes("[:upper:]");
  const error = globProblem(text);
  if (error !== null) return { test: null, error };
  const glob = parseGlob(text);
  return { test: (path) => glob.matches(pathFromDisplay(ignoreCase ? path.toLowerCase() : path)), error: null };
}

/** Go's syntax, as in dive, and time linear in the path, whatever names an image contains. */
function regexTest(text: string): Pattern {
  if (text.length > longestRegex) return { test: null, error: `is longer than ${longestRegex} characters` };
  // Loaded on demand: it takes a moment, and most people never type a regular expression.
  const { RE2JS } = require("re2js") as typeof re2js;
  try {
    const expression = RE2JS.compile(text);
    return { test: (path) => expression.matcher(path).find(), error: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // "error parsing regexp: missing closing ): `a(`" repeats the pattern, which is shown right beside it.
    return { test: null, error: reason.replace(/^error parsing regexp: /, "").replace(`: \`${text}\``, "") };
  }
}
