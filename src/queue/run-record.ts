/** What the machines of one survey share in addition to its jobs, in Redis and for a few days. */
import { deserialize, serialize } from "node:v8";
import { deflateSync, inflateSync } from "node:zlib";

import type { Redis } from "ioredis";

import type { RuleOptions } from "../../analyzers/secrets/match/rule-options.ts";
import type { ImageWork } from "../operations/survey/judge-image.ts";
import { keyPrefix } from "./jobs.ts";

/** How a survey's images are analysed: the same for all of its workers. Plain data, without credentials. */
export interface RunSpec extends Omit<ImageWork, "secrets"> {
  readonly secrets: {
    readonly mode: "off" | "config" | "full";
    readonly rules: RuleOptions;
    /** Identifies the compiled rules. */
    readonly rulesId: string;
    readonly baseline: ReadonlySet<string> | null;
  };
  readonly maxRatio: number | null;
}

/** Seconds for which the data of a survey are kept after its last heartbeat. */
const keptFor = 7 * 86_400;
/** Milliseconds after its last heartbeat at which the collector of a survey's results counts as dead. */
export const silentFor = 10_000;

export class RunRecord {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, run: string) {
    this.#redis = redis;
    this.#key = `${keyPrefix}:run:${run}`;
  }

  async begin(spec: RunSpec): Promise<void> {
    await this.#redis.set(`${this.#key}:spec`, deflateSync(serialize(spec)), "EX", keptFor);
  }

  /** Null when the survey is over. */
  async spec(): Promise<RunSpec | null> {
    const bytes = await this.#redis.getBuffer(`${this.#key}:spec`);
    return bytes === null ? null : (deserialize(inflateSync(bytes)) as RunSpec);
  }

  /** True for only one collector, until it falls silent. */
  async take(collector: string): Promise<boolean> {
    return (await this.#redis.set(`${this.#key}:collector`, collector, "PX", silentFor, "NX")) !== null;
  }

  /** The heartbeat of the collector that has taken it. */
  async stillHere(collector: string): Promise<void> {
    await this.#redis
      .multi()
      .set(`${this.#key}:collector`, collector, "PX", silentFor)
      .expire(`${this.#key}:spec`, keptFor)
      .expire(`${this.#key}:unreadable`, keptFor)
      .exec();
  }

  async leave(): Promise<void> {
    await this.#redis.del(`${this.#key}:collector`);
  }

  async setUnreadable(layer: string, reason: string): Promise<void> {
    await this.#redis.multi().hset(`${this.#key}:unreadable`, layer, reason).expire(`${this.#key}:unreadable`, keptFor).exec();
  }

  /** Why each layer cannot be read; null for those not known to be unreadable. */
  async unreadable(layers: readonly string[]): Promise<(string | null)[]> {
    return layers.length === 0 ? [] : this.#redis.hmget(`${this.#key}:unreadable`, ...layers);
  }

  /** Notes that a worker will not do what the survey asks for. */
  async refuse(sentence: string): Promise<void> {
    await this.#redis.multi().sadd(`${this.#key}:refusals`, sentence).expire(`${this.#key}:refusals`, keptFor).exec();
  }

  async refusals(): Promise<string[]> {
    return this.#redis.smembers(`${this.#key}:refusals`);
  }

  async end(): Promise<void> {
    await this.#redis.del(...["spec", "collector", "unreadable", "refusals"].map((part) => `${this.#key}:${part}`));
  }
}
