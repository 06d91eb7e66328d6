/** Something that did not stop the analysis but that a reader of the report should know. */
export interface Warning {
  /** Stable kebab-case code, listed in `docs/warnings.md`. */
  readonly code: string;
  readonly message: string;
  /** Index of the layer it is about. */
  readonly layer?: number;
  /** Absolute path inside the image, ready to print. */
  readonly path?: string;
  /** How many places it stands for, where it is about more than one. */
  readonly count?: number;
}

/** Codes for shapes of layers that engines read differently; the gate can count them. */
export const divergenceCodes = [
  "whiteout-and-directory",
  "hard-link-to-lower-layer",
  "hard-link-metadata",
  "symlinked-parent",
  "implied-parent",
  "opaque-root",
  "whiteout-in-new-directory",
  "duplicate-path",
  "parent-not-directory",
  "overlay-device",
  "contiguous-file",
  "gnu-sparse-file",
  "parent-reference",
  "overlay-attribute",
  "long-name",
  "symlink-target",
  "root-not-directory",
  "aufs-metadata",
  "symlink-loop",
] as const;
export type DivergenceCode = (typeof divergenceCodes)[number];
