/**
 * User patterns, in RE2 syntax as in gitleaks, and run by its engine: time is linear in the text whatever the pattern, and features that it
 * does not support, such as lookbehind, are refused. The built-in patterns are known to be harmless and run as RegExp.
 */
import type { RE2JS } from "re2js";

/** The part of RegExp that rules need, as with the flag `g` or `y`. */
export interface Pattern {
  lastIndex: number;
  readonly sticky: boolean;
  /** The next match at or after `lastIndex`, which then moves past it. Null if there is none, and `lastIndex` becomes 0. */
  exec(text: string): Found | null;
  test(text: string): boolean;
}

/** The whole match, then its groups. */
export interface Found extends ReadonlyArray<string | undefined> {
  readonly 0: string;
  readonly index: number;
}

let engine: typeof RE2JS | null = null;

/** Must be awaited before the first `linearPattern`. The engine is loaded only if there are user rules. */
export async function loadLinearEngine(): Promise<void> {
  engine ??= (await import("re2js")).RE2JS;
}

/**
 * @param source a byte string, like the texts it is matched with
 * @throws {Error} saying what is wrong with the pattern, in the engine's words
 */
export function linearPattern(source: string): Pattern {
  if (engine === null) throw new Error("the engine for a person's own patterns is not loaded");
  const compiled = engine.compile(source);
  const groups = compiled.groupCount();
  return {
    lastIndex: 0,
    sticky: false,
    exec(text) {
      const matcher = compiled.matcher(text);
      if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
        this.lastIndex = 0;
        return null;
      }
      const found: (string | undefined)[] = [];
      for (let group = 0; group <= groups; group += 1) found.push(matcher.group(group) ?? undefined);
      this.lastIndex = matcher.end();
      return Object.assign(found, { 0: found[0]!, index: matcher.start() });
    },
    test: (text) => compiled.matcher(text).find(),
  };
}
