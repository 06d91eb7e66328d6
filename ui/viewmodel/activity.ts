/** The progress of fetching or reading: how many bytes of how many, how fast, how much longer. */
import { formatBytes, formatPercent } from "../../src/terminal/format-bytes.ts";
import type { Activity } from "../state.ts";
import { safe } from "./documents/document.ts";

/** Milliseconds before a rate is meaningful. */
const leastTime = 500;
/** Milliseconds after which people wonder whether anything is still happening. */
const longWait = 2000;

export function describeActivity({ what, bytes, totalBytes, startedAt, startedWith, now }: Activity): string {
  const parts = [safe(what)];
  if (bytes > 0)
    parts.push(totalBytes === null || totalBytes === 0 ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`);
  const ratio = totalBytes === null || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes);
  if (ratio !== null && bytes > 0) parts.push(`(${formatPercent(ratio)})`);
  const elapsed = now - startedAt;
  if (bytes === 0 && elapsed >= longWait) parts.push(`${Math.floor(elapsed / 1000)} s`);
  const rate = elapsed < leastTime ? 0 : (bytes - startedWith) / elapsed;
  if (rate > 0) {
    parts.push(`${formatBytes(Math.round(rate * 1000))}/s`);
    if (totalBytes !== null && bytes < totalBytes) parts.push(formatSeconds((totalBytes - bytes) / rate / 1000));
  }
  return parts.join(" ");
}

/** `42 s left`, `3 min left`. */
function formatSeconds(seconds: number): string {
  if (seconds < 1) return "";
  return seconds < 100 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}
