/** Whatever ends the program, the terminal is given back first. */
import { constants } from "node:os";

import { ExitStatus } from "../../src/base/errors.ts";

/** Ends the UI with an exit status, or with an error to print once the terminal is back. */
export type End = (status: number, error?: unknown) => void;

/** Signals that people, supervisors and limits end a program with. What else ends one comes of a fault in it. */
const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGUSR2", "SIGXCPU"] as const;

/** Watches signals and crashes until the returned function is called. Every way out goes through `end`. */
export function watchProcess(end: End): () => void {
  const crashed = (error: unknown): void => end(ExitStatus.bug, error);
  const handlers: readonly (readonly [event: string, handler: (value: unknown) => void])[] = [
    // A shell's status of whom a signal ended.
    ...endingSignals.map((signal) => [signal, () => end(128 + constants.signals[signal])] as const),
    ["uncaughtException", crashed],
    ["unhandledRejection", crashed],
  ];
  // Before all others: what they print shall stand on the terminal as it was.
  for (const [event, handler] of handlers) process.prependListener(event as NodeJS.Signals, handler);
  return () => {
    for (const [event, handler] of handlers) process.off(event, handler);
  };
}
