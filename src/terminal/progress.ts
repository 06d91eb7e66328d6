/**
 * Progress on standard error for whatever takes longer than half a second. On a terminal, one line that is rewritten; elsewhere only a
 * line for each finished step of long work; nothing at all when quiet.
 */
import { formatBytes } from "./format-bytes.ts";
import { sanitize } from "./sanitize.ts";
import { truncate } from "./width.ts";

export interface Progress {
  /** `bytes` more of the step are done. */
  add(bytes: number): void;
  /** Begins another step; its total may be unknown. */
  step(label: string, totalBytes: number | null): void;
  /** Renames the step; amount and total stay. */
  relabel(label: string): void;
  /** Prints a line that stays, above the one that is rewritten. Without a terminal nothing else is printed. */
  line(text: string): void;
  /** Clears the line. Safe to call twice. */
  done(): void;
}

const silentMs = 500;
const redrawMs = 100;
const clearLine = "\r\u001b[2K";
const barColumns = 24;

export const noProgress: Progress = { add() {}, step() {}, relabel() {}, line() {}, done() {} };

/** Draws on `stream` when it is a terminal; elsewhere only lines that stay are written. */
export function createProgress(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  if (quiet) return noProgress;
  if (!stream.isTTY) return { ...noProgress, line: (text) => void stream.write(`${sanitize(text)}\n`) };
  const started = Date.now();
  let label = "";
  let total: number | null = null;
  let bytes = 0;
  let stepStarted = started;
  let drawn = 0;
  const draw = (): void => {
    const now = Date.now();
    if (now - started < silentMs || now - drawn < redrawMs) return;
    drawn = now;
    const seconds = (now - stepStarted) / 1000;
    const rate = seconds > 0.2 ? ` ${formatBytes(bytes / seconds)}/s` : "";
    const amount = total === null ? formatBytes(bytes) : `${bar(bytes / total)} ${formatBytes(bytes)} of ${formatBytes(total)}`;
    stream.write(`${clearLine}${truncate(`${sanitize(label)} ${amount}${rate}`, (stream.columns || 80) - 1)}`);
  };
  return {
    add(more) {
      bytes += more;
      draw();
    },
    step(next, totalBytes) {
      label = next;
      total = totalBytes;
      bytes = 0;
      stepStarted = Date.now();
      draw();
    },
    relabel(next) {
      label = next;
      draw();
    },
    line(text) {
      stream.write(`${drawn > 0 ? clearLine : ""}${sanitize(text)}\n`);
    },
    done() {
      if (drawn > 0) stream.write(clearLine);
      drawn = 0;
    },
  };
}

function bar(ratio: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, ratio)) * barColumns);
  return `[${"=".repeat(filled)}${" ".repeat(barColumns - filled)}]`;
}
