/** Files that hold `name = value` or secrets in a form of their own, known by their path. */
import type { RuleMatch } from "./match-rule.ts";

export interface FileFormat {
  /** As in "read as …". */
  readonly name: string;
  /** Finds the secrets in a whole file, given as a byte string. */
  parse(text: string): RuleMatch[];
}

/** Bytes of a file that are kept for parsing. */
export const maxStructuredBytes = 1024 * 1024;

/** The format of the file at this path (a byte string); null when it is none of them. */
export function formatOf(_path: string): FileFormat | null {
  return null;
}
