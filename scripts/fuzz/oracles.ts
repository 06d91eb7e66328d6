/** What must hold of every run, whatever it was given. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { BallastError } from "../../src/base/errors.ts";

/** Something that must not be: the message says what. */
export class Finding extends Error {
  override readonly name = "Finding";
}

/** How a case ended: "read", or the code of the error that refused it. */
export type Outcome = string;

/** A text for a terminal or a log holds line ends and tabs, and no other control character. */
export function plainText(what: string, text: string): void {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  const found = /[\0-\b\v-\u001f\u007f-\u009f]/.exec(text);
  if (found !== null)
    throw new Finding(`${what} holds a control character: ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60))}`);
}

/** Only an error that a person is meant to read may refuse what a stranger wrote; control characters go out where it is printed. */
export function refusal(error: unknown): Outcome {
  if (!(error instanceof BallastError)) throw error;
  if (error.message.length > 20_000) throw new Finding(`an error message of ${error.message.length} characters`);
  return error.code;
}

/** Σ layers − final = Σ waste; Σ owners = final; what the layers waste is what the rows say. */
export function sumsHold({ totals, layers, waste, packages }: Analysis): void {
  const sum = (rows: readonly { readonly bytes: number }[]): number => rows.reduce((total, { bytes }) => total + bytes, 0);
  const stored = sum(layers);
  const wasted = sum(waste);
  const owned = sum(packages.owners);
  const byLayer = layers.reduce((total, { wastedBytes }) => total + wastedBytes, 0);
  if (stored !== totals.totalBytes) throw new Finding(`layers store ${stored}, the total is ${totals.totalBytes}`);
  if (totals.totalBytes - totals.finalBytes !== wasted)
    throw new Finding(`${totals.totalBytes} stored − ${totals.finalBytes} final ≠ ${wasted} wasted`);
  if (byLayer !== wasted) throw new Finding(`layers waste ${byLayer}, the rows ${wasted}`);
  if (owned !== totals.finalBytes) throw new Finding(`owners have ${owned} of ${totals.finalBytes} bytes`);
}
