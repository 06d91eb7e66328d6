/** Limits the time that user rules take in one file: their patterns are linear, but may be slow on every window. */
import { BallastError } from "../../../../src/base/errors.ts";
import { displayPath } from "../../../../src/filesystem/paths.ts";
import type { TokenRule } from "../rule.ts";

/** For all user rules in one file, with an addition for each mebibyte of it. */
const leastMilliseconds = 5000;
const millisecondsPerMebibyte = 500;

export class RuleClock {
  #path = "";
  #spent = 0;
  #most = leastMilliseconds;

  /** Begins a file: its path, a byte string, and its size in bytes, as far as known. */
  begin(path: string, size: number): void {
    this.#path = path;
    this.#spent = 0;
    this.#most = leastMilliseconds + (Number.isFinite(size) ? Math.floor(size / 1024 / 1024) * millisecondsPerMebibyte : 0);
  }

  /**
   * Runs one rule's pattern.
   * @throws {BallastError} bad-config when the time is used up: what the rule would have found is unknown, and continuing silently would
   * make an image look clean
   */
  run<T>(rule: TokenRule, match: () => T): T {
    const begun = performance.now();
    const found = match();
    this.#spent += performance.now() - begun;
    if (this.#spent <= this.#most) return found;
    throw new BallastError(
      "bad-config",
      `rule ${rule.id} takes too long: the rules of your own were given ${this.#most / 1000} s in ${this.#path === "" ? "one text of the config" : displayPath(this.#path)}`,
      { hint: "give the rule keywords that are rarer, or a pattern with narrower repetitions; or leave the rule out" },
    );
  }
}
