/** A change of a Dockerfile that makes its image smaller, safer or quicker to build, as edits of its text. */

export interface Fix {
  /** Names it on the command line: the rule and the line, `apt-lists:5`. */
  readonly id: string;
  readonly line: number;
  /** What is done, in one sentence without the figure. */
  readonly what: string;
  /** `bytes`: the image shrinks. `secret`: a secret leaves the image. `speed`: only the next build is quicker. */
  readonly kind: "bytes" | "secret" | "speed";
  /** Content bytes that this image would not have had; 0 for other kinds. */
  readonly savedBytes: number;
  readonly edits: readonly Edit[];
  /** Lines for the `.dockerignore` that belongs to the Dockerfile. */
  readonly ignore: readonly string[];
  /** Beginnings of absolute paths in which the two final trees may differ; those of a directory end with a slash. */
  readonly changes: readonly string[];
  /** What the person has to do besides: how a secret is passed now. "" for nothing. */
  readonly note: string;
  /** A secret that is mounted now: its id, and the build argument that it was. */
  readonly secret?: { readonly id: string; readonly name: string };
}

/** Replaces the text from `start` up to `end` (offsets in the Dockerfile as it is); nothing else is touched. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Something that would help and is not done by itself. */
export interface Advice {
  readonly id: string;
  readonly line: number;
  readonly what: string;
  readonly savedBytes: number;
  /** A few lines of Dockerfile to start from. */
  readonly sketch: string;
}
