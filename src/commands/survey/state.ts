/** Where a survey or a worker keeps what it has read. */
import { access, constants } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { makeDirectory } from "../../base/files/make-directory.ts";
import { temporaryName } from "../../base/files/owner.ts";
import { defaultCacheDirectory } from "../../cache/cache-directory.ts";

/** Without the cache, one that is gone with the run: within it, each layer is read once all the same. @throws {BallastError} write-failed */
export async function stateDirectory(
  { cache, state }: { readonly cache: boolean; readonly state: string | null },
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (!cache && state !== null)
    throw new BallastError("bad-argument", "--state keeps what --no-cache does not want kept: give one of them");
  const directory = cache ? (state ?? join(placeToKeep(env), "survey")) : join(tmpdir(), temporaryName());
  try {
    makeDirectory(directory, 0o700);
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new BallastError(
      "write-failed",
      `the state directory ${directory} cannot be written (${systemErrorCode(error) ?? "unknown error"})`,
      {
        hint: "name another one with --state",
        cause: error,
      },
    );
  }
  return directory;
}

function placeToKeep(env: NodeJS.ProcessEnv): string {
  const directory = defaultCacheDirectory(env);
  if (directory !== null) return directory;
  throw new BallastError("write-failed", "this user has no home to keep in what was read", { hint: "name a directory with --state" });
}
