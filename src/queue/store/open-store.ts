import type { Redis } from "ioredis";

import { BallastError } from "../../base/errors.ts";
import type { ResultStore } from "./store.ts";

/**
 * @param text `s3://BUCKET/PREFIX`, or a directory that all machines share; null for Redis
 * @throws {BallastError} bad-argument, tool-missing, write-failed
 */
export async function openStore(text: string | null, redis: Redis): Promise<ResultStore> {
  if (text === null || text === "") {
    const { RedisStore } = await import("./redis-store.ts");
    return new RedisStore(redis);
  }
  if (text.startsWith("s3://")) {
    const { openS3Store } = await import("./s3-store.ts");
    return openS3Store(text);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !text.startsWith("file:///")) {
    throw new BallastError("bad-argument", `--store is "${text}"`, {
      hint: "it takes s3://BUCKET/PREFIX, or a directory that all machines share",
    });
  }
  const { openDirectoryStore } = await import("./directory-store.ts");
  return openDirectoryStore(text);
}
