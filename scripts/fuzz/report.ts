/** What a child says of a case. */
export interface CaseReport {
  /** Gives the same case again. */
  readonly seed: string;
  readonly target: string;
  /** "read", the code of a refusal, or "finding". */
  readonly outcome: string;
  /** What does not hold, with its stack. */
  readonly problem: string | null;
  readonly milliseconds: number;
  /** The most memory that the process has held so far, resident. */
  readonly peakBytes: number;
}
