/** Turns a refusal of Redis into an error that a person can act on. */
import { BallastError } from "../base/errors.ts";

/** @param shown the address to print. @returns anything but a refusal unchanged */
export function redisRefusal(shown: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ReplyError") return error;
  // A transaction says only that one of its commands was refused.
  const [first] = (error as Error & { readonly previousErrors?: readonly Error[] }).previousErrors ?? [];
  const { message } = first ?? error;
  if (/\bOOM\b/.test(message)) {
    return new BallastError("write-failed", `${shown} is full: it holds as much as its maxmemory allows`, {
      hint: "give it more memory, or let results pass through --store; started again, the survey goes on where it was",
      cause: error,
    });
  }
  if (!/^(?:MISCONF|READONLY|NOPERM|NOREPLICAS|MASTERDOWN|LOADING)\b/.test(message)) return error;
  return new BallastError("write-failed", `${shown} refuses what a survey needs: ${message.split("\n", 1)[0]!.slice(0, 300)}`, {
    hint: "look into its log; an account needs all commands but the dangerous ones, and INFO, on keys that begin with {ballast}",
    cause: error,
  });
}
