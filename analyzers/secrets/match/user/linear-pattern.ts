/**
 * A person's own patterns, in RE2's syntax as gitleaks takes them, and in its engine: time is linear in the text whatever the pattern says,
 * and what that engine cannot do, such as looking behind, is refused. The built-in patterns are known to be harmless and run as RegExp.
 */
import type { RE2JS } from "re2js";

/** What rules need of a pattern; a RegExp with the flag `g` or `y` has it too. */
export interface Pattern {
  lastIndex: number;
  readonly sticky: boolean;
  /** The next match from `lastIndex` on, which moves behind it; null, and back to 0, when there is none. */
  exec(text: string): Found | null;
  test(text: string): boolean;
}

/** The whole match, then its groups. */
export interface Found extends ReadonlyArray<string | undefined> {
  readonly 0: string;
  readonly index: number;
}

let engine: typeof RE2JS | null = null;

/** To be awaited before the first `linearPattern`: loaded only where somebody has rules of their own. */
export async function loadLinearEngine(): Promise<void> {
  engine ??= (await import("re2js")).RE2JS;
}

/**
 * `source` is a byte string, as the texts are.
 * @throws {Error} what is wrong with the pattern, in the engine's words
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
