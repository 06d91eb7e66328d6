/** Something a reader of the report should know that did not stop the analysis. */
export interface Warning {
  /** Stable kebab-case code, listed in `docs/warnings.md`. */
  readonly code: string;
  readonly message: string;
  /** Index of the layer it is about. */
  readonly layer?: number;
  /** Absolute path inside the image, ready to print. */
  readonly path?: string;
}
