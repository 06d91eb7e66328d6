/** When a request is sent again, and after how long. */
import { setTimeout as sleep } from "node:timers/promises";

/** Maximum number of tries of a request, or of a blob without receiving a byte. */
export const maxAttempts = 5;
/** Wait after the first failed try, in milliseconds; doubled each time. */
const firstDelay = 250;
/** Longest wait in milliseconds. A registry that asks for more is reported, not waited for. */
export const longestWait = 120_000;

export function isRetryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Milliseconds that `Retry-After` asks for: seconds or a date (RFC 9110 § 10.2.3); null when it asks for nothing. */
export function retryAfter(header: string | string[] | undefined, now: number = Date.now()): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (text === undefined || text === "") return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Milliseconds before try `attempt + 1`, `attempt` counted from 1; jitter keeps many clients apart. */
export function backoff(attempt: number): number {
  return firstDelay * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
}

/** @throws AbortError when `signal` is aborted meanwhile */
export async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
}
