/** Whatever ends the program, the terminal is given back first. */
import { ExitStatus } from "../../src/base/errors.ts";

/** Ends the UI with an exit status, or with an error that shall be told once the terminal is back. */
export type End = (status: number, error?: unknown) => void;

/** Watches signals and crashes until the returned function is called. Every way out goes through `end`. */
export function watchProcess(end: End): () => void {
  const handlers: readonly (readonly [event: string, handler: (value: unknown) => void])[] = [
    ["SIGTERM", () => end(ExitStatus.terminated)],
    ["SIGINT", () => end(ExitStatus.interrupted)],
    ["SIGHUP", () => end(ExitStatus.hungUp)],
    ["uncaughtException", (error) => end(ExitStatus.bug, error)],
    ["unhandledRejection", (error) => end(ExitStatus.bug, error)],
  ];
  // Before all others: what they print shall stand on the terminal as it was.
  for (const [event, handler] of handlers) process.prependListener(event as NodeJS.Signals, handler);
  return () => {
    for (const [event, handler] of handlers) process.off(event, handler);
  };
}
