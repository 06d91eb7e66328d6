/** What a rule about leftovers consists of, and the wording that rules share. */
import type { Leftover } from "../../analysis.ts";

export interface LeftoverRule<Category extends string = Leftover["category"]> {
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  readonly pattern: RegExp;
  /** Set when the pattern looks at a file's own name, which must match this; otherwise all files of a directory match, or none. */
  readonly name?: RegExp;
  /** Files that match the pattern but are kept. */
  readonly keep?: RegExp;
  /** Only a package manager ever reads it, so a script that names it (`rm -rf /var/lib/apt/lists`) does not use it. */
  readonly inert?: true;
  /**
   * How many path components below the store make a unit that is kept whole when one of its files is used: with 1, using
   * `/tmp/app/bin/run` keeps all of `/tmp/app`; with 0 it keeps the whole store. When absent, only the used file itself is kept.
   */
  readonly unit?: number;
  /** The documentation of what the directory holds. */
  readonly source?: string;
  /** Set for caches that a build can mount instead: `RUN --mount=type=cache,target=…`. */
  readonly mount?: string;
  /** Commands that fill it, and the flag or step that keeps it empty. The first that matches is advised. */
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  /** Matched against the layer's command; when absent, any command matches. */
  readonly command?: RegExp;
  readonly advice: string;
}

/** A person's home directory, or root's, with the slash. */
export const home = "(?:root|home/[^/]+)/";

export function inHome(path: string): RegExp {
  return new RegExp(`^${home}${path}/`);
}

export const copied: Remedy = {
  command: /^(?:COPY|ADD)\b|#\(nop\) (?:COPY|ADD)/,
  advice: "list it in .dockerignore so that it is not copied into the image",
};
