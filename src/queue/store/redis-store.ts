import type { Redis } from "ioredis";

import { keyPrefix } from "../jobs.ts";
import { redisRefusal } from "../redis-refusal.ts";
import type { ResultStore } from "./store.ts";

/** Seconds. Long enough for the next night's survey to find what this one read. */
const keptFor = 7 * 86_400;

/** Results in the Redis of the queue itself; they expire. */
export class RedisStore implements ResultStore {
  readonly address = "redis";
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async has(name: string): Promise<boolean> {
    return (await this.#redis.exists(keyOf(name))) === 1;
  }

  async get(name: string): Promise<Buffer | null> {
    return this.#redis.getBuffer(keyOf(name));
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    try {
      await this.#redis.set(keyOf(name), bytes, "EX", keptFor);
    } catch (error) {
      throw redisRefusal("Redis", error);
    }
  }

  async remove(name: string): Promise<void> {
    await this.#redis.del(keyOf(name));
  }
}

function keyOf(name: string): string {
  return `${keyPrefix}:store:${name}`;
}
