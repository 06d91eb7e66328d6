/** A change to a Dockerfile that makes its image smaller, safer or faster to build, as edits of its text. */

export interface Fix {
  /** Its name on the command line: the rule and the line, `apt-lists:5`. */
  readonly id: string;
  readonly line: number;
  /** What it does, in one sentence without the saving. */
  readonly what: string;
  /** `bytes`: the image shrinks. `secret`: a secret is no longer in the image. `speed`: only the next build is faster. */
  readonly kind: "bytes" | "secret" | "speed";
  /** Content bytes that the image would be smaller by; 0 for other kinds. */
  readonly savedBytes: number;
  readonly edits: readonly Edit[];
  /** Lines for the `.dockerignore` that belongs to the Dockerfile. */
  readonly ignore: readonly string[];
  /** Prefixes of absolute paths in which the two final trees may differ; those of directories end with a slash. */
  readonly changes: readonly string[];
  /** What the person has to do in addition, such as passing a secret differently; "" for nothing. */
  readonly note: string;
  /** A secret that is now mounted: its id, and the build argument it was before. */
  readonly secret?: { readonly id: string; readonly name: string };
}

/** Replaces the text from `start` up to `end` (offsets in the original Dockerfile); nothing else changes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something that would help, but is not applied automatically. */
export interface Advice {
  readonly id: string;
  readonly line: number;
  readonly what: string;
  readonly savedBytes: number;
  /** A few lines of Dockerfile to start from. */
  readonly sketch: string;
}
