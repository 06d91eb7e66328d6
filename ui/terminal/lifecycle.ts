/** Restores the terminal first, whatever ends the program. */
import { constants } from "node:os";

import { ExitStatus } from "../../src/base/errors.ts";

/** Ends the UI with an exit status, or with an error to print after the terminal is restored. */
export type End = (status: number, error?: unknown) => void;

/** Signals by which people, supervisors and limits end a program. Other fatal signals come from a fault in it. */
const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGUSR2", "SIGXCPU"] as const;

/** Watches signals and crashes until the returned function is called. Every way out goes through `end`. */
export function watchProcess(end: End): () => void {
  const crashed = (error: unknown): void => end(ExitStatus.bug, error);
  const handlers: readonly (readonly [event: string, handler: (value: unknown) => void])[] = [
    // The exit status that shells use for a signal.
    ...endingSignals.map((signal) => [signal, () => end(128 + constants.signals[signal])] as const),
    ["uncaughtException", crashed],
    ["unhandledRejection", crashed],
  ];
  // Before all other handlers, so that their output appears on the restored terminal.
  for (const [event, handler] of handlers) process.prependListener(event as NodeJS.Signals, handler);
  return () => {
    for (const [event, handler] of handlers) process.off(event, handler);
  };
}
