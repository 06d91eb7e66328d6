/** The rate limits that registries announce: when nothing is left, requests wait instead of being sent and refused. */
import { longestWait, wait } from "./retry.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** By origin, the time before which it is not asked again, in milliseconds since 1970. All clients of a process share it. */
const notBefore = new Map<string, number>();

/** Waits until the registry allows more requests, but at most two minutes: after that it may refuse by itself. */
export async function awaitAllowance(origin: string, signal: AbortSignal | undefined): Promise<void> {
  const delay = (notBefore.get(origin) ?? 0) - Date.now();
  if (delay > 0) await wait(Math.min(delay, longestWait), signal);
}

export function noteAllowance(origin: string, headers: Headers, now = Date.now()): void {
  const pause = pauseOf(headers, now);
  if (pause === null) return;
  notBefore.set(origin, Math.max(notBefore.get(origin) ?? 0, now + pause));
}

/**
 * Milliseconds until more is allowed, when nothing is left: by `RateLimit-Remaining` and `-Reset`, by the one header `RateLimit` of later
 * drafts (draft-ietf-httpapi-ratelimit-headers), or by `X-RateLimit-…`. Null when something is left, or when it is unknown for how long.
 */
export function pauseOf(headers: Headers, now: number): number | null {
  const text = (name: string): string => [headers[name] ?? []].flat()[0] ?? "";
  const number = (name: string): number | null => {
    // Docker Hub: `76;w=21600`.
    const digits = /^\s*(\d{1,12})/.exec(text(name))?.[1];
    return digits === undefined ? null : Number(digits);
  };
  const field = (names: string): number | null => {
    const digits = new RegExp(`(?:^|[;,\\s])(?:${names})=(\\d{1,12})`).exec(text("ratelimit"))?.[1];
    return digits === undefined ? null : Number(digits);
  };
  const remaining = number("ratelimit-remaining") ?? field("remaining|r") ?? number("x-ratelimit-remaining");
  if (remaining !== 0) return null;
  const reset = number("ratelimit-reset") ?? field("reset|t") ?? number("x-ratelimit-reset");
  if (reset === null) return null;
  // Some registries give a time, in seconds since 1970, instead of a duration.
  return Math.max(0, reset > longestReset ? reset * 1000 - now : reset * 1000);
}

/** In seconds; a larger value is a time, not a duration. */
const longestReset = 1_000_000_000;
