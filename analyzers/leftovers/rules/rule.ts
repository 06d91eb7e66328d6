/** What a rule of the table of leftovers says, and the words that rules share. */
import type { Leftover } from "../../analysis.ts";

export interface LeftoverRule<Category extends string = Leftover["category"]> {
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  readonly pattern: RegExp;
  /** Set where the pattern looks at a file's own name, which must match this; else all that lies in a directory matches, or none of it. */
  readonly name?: RegExp;
  /** Files that match the pattern but are to stay. */
  readonly keep?: RegExp;
  /** Only a package manager ever reads it: that a script names it (`rm -rf /var/lib/apt/lists`) is no use of it. */
  readonly inert?: true;
  /**
   * Components of a path below the store that stay together when one file of them is used: 1 for `/tmp/app/bin/run` keeps all of `/tmp/app`,
   * 0 keeps the whole store. Without it only what is named stays.
   */
  readonly unit?: number;
  /** Where it is documented what lies there. */
  readonly source?: string;
  /** Set for caches a build can mount instead: `RUN --mount=type=cache,target=…`. */
  readonly mount?: string;
  /** Commands that fill it, and the flag or step that keeps it empty. The first that fits is advised. */
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  /** Matched against the layer's command; absent fits any. */
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
