/** Connects to Redis. BullMQ and ioredis are not dependencies of Ballast: to survey with several machines, install them as well. */
import type * as BullMq from "bullmq";
import type { Redis } from "ioredis";

import { BallastError, systemErrorCode } from "../base/errors.ts";

export interface QueueConnection {
  readonly redis: Redis;
  readonly bull: typeof BullMq;
  /** The address without account and password. */
  readonly shown: string;
  close(): void;
}

/** Milliseconds within which a running Redis has to answer. */
const connectMs = 10_000;
/** Maximum milliseconds between two tries to reach a Redis that is gone. */
const longestRetryMs = 2000;

/**
 * Connects, and stays connected: when Redis goes away later, commands wait until it is back. `onOutage` is called once with what is wrong,
 * and with null when Redis is back.
 * @throws {BallastError} bad-argument, tool-missing, connection-failed, unauthorized
 */
export async function connectQueue(address: string, onOutage: (reason: string | null) => void): Promise<QueueConnection> {
  const shown = shownAddress(address);
  const { bull, Redis } = await loadPackages();
  const redis = new Redis(address, {
    lazyConnect: true,
    // BullMQ requires that commands wait for as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 200, longestRetryMs),
  });
  let lastError: unknown = null;
  let isConnected = false;
  let isOut = false;
  redis.on("error", (error: unknown) => {
    lastError = error;
    if (!isConnected || isOut) return;
    isOut = true;
    onOutage(`${shown} cannot be reached (${reasonOf(error)}); trying again`);
  });
  redis.on("ready", () => {
    isConnected = true;
    if (!isOut) return;
    isOut = false;
    onOutage(null);
  });
  try {
    await within(redis.connect(), connectMs);
    await within(redis.ping(), connectMs);
  } catch (error) {
    redis.disconnect();
    throw connectError(shown, lastError ?? error);
  }
  return { redis, bull, shown, close: () => redis.disconnect() };
}

/** @throws {BallastError} bad-argument: without repeating it, since it may hold a password */
function shownAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== "redis:" && url.protocol !== "rediss:") || url.hostname === "") {
    throw new BallastError("bad-argument", "--queue (or BALLAST_QUEUE) names no Redis", {
      hint: "write redis://HOST:6379, or rediss://USER:PASSWORD@HOST:6379 for TLS",
    });
  }
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

async function loadPackages(): Promise<{ bull: typeof BullMq; Redis: typeof Redis }> {
  try {
    const [bull, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bull, Redis: ioredis.Redis };
  } catch (error) {
    throw missingPackages(error, "--queue", "bullmq ioredis");
  }
}

/** The error for a missing package that only some flags need; other errors are returned unchanged. */
export function missingPackages(error: unknown, flag: string, packages: string): unknown {
  if (systemErrorCode(error) !== "ERR_MODULE_NOT_FOUND") return error;
  return new BallastError("tool-missing", `${flag} needs packages that do not come with Ballast: ${packages}`, {
    hint: `install them where Ballast is installed: npm install --global ${packages}`,
    cause: error,
  });
}

function connectError(shown: string, error: unknown): unknown {
  const reason = reasonOf(error);
  if (/^(?:NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR invalid password)/.test(reason)) {
    return new BallastError("unauthorized", `${shown} does not let us in: ${reason}`, {
      hint: "put account and password into the address, best in BALLAST_QUEUE: redis://USER:PASSWORD@HOST:6379",
      cause: error,
    });
  }
  return new BallastError("connection-failed", `${shown} cannot be reached (${reason})`, { hint: hintFor(shown, reason), cause: error });
}

function hintFor(shown: string, reason: string): string {
  if (/CERT|certificate/i.test(reason)) return "name the authority that signed its certificate in NODE_EXTRA_CA_CERTS";
  // A server that requires TLS ends a plain connection; one without TLS answers a handshake with text.
  if (reason === "ECONNRESET" && shown.startsWith("redis:")) return "does it want TLS? then write rediss://";
  if (/SSL|TLS|EPROTO/.test(reason) || (reason.startsWith("no answer") && shown.startsWith("rediss:")))
    return "does it speak TLS? if not, write redis://";
  return "start Redis there, or name another address with --queue";
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error));
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
