import type { Writable } from "node:stream";

import type { Analysis } from "../../analyzers/analysis.ts";
import { BallastError } from "../base/errors.ts";
import { carryOut } from "../operations/carry-out.ts";
import { refuseSource } from "../operations/refuse-source.ts";
import type { RewriteProgress, RewriteResult } from "../rewrite/execute-plan.ts";
import type { Plan } from "../rewrite/plan/plan.ts";
import { stdoutDestination } from "../transports/archive/write-stdout.ts";
import { parseDestination } from "../transports/destination.ts";
import type { ConnectionOptions } from "../transports/transport.ts";
import { sessionOf } from "./opened.ts";

export interface RewriteImageOptions {
  /** Overwrite what is at the destination. Default false. */
  readonly force?: boolean;
  /** Read the result again and compare every path with the original. Default true. */
  readonly verify?: boolean;
  /** How the destination is reached. Default: as the image was opened. */
  readonly connection?: ConnectionOptions;
  /** Called often, with the bytes of the current phase. */
  readonly onProgress?: (progress: RewriteProgress) => void;
  /** When aborted, nothing is left at the destination. */
  readonly signal?: AbortSignal;
}

/**
 * Carries a plan out: writes the new image, reads it again, and compares every path with what the plan promised (image-spec layer.md).
 *
 * @param analysis of an image that is still open, the one the plan was made for
 * @param destination `docker-archive:FILE[:TAG]`, `oci-archive:FILE[:TAG]`, `oci:DIR[:TAG]`, `docker-daemon:NAME`, `podman:NAME`,
 * `docker://REGISTRY/NAME:TAG`; or a stream, which gets an archive that `docker load` reads, and is not ended
 * @throws {BallastError} `bad-config` when the plan is another image's; `bad-argument` when the destination is the source;
 * `destination-exists`, `write-failed`; `verification-failed`, and then the result is removed
 */
export async function rewrite(
  analysis: Analysis,
  plan: Plan,
  destination: string | Writable,
  options: RewriteImageOptions = {},
): Promise<RewriteResult> {
  const { image, tree } = analysis;
  const session = sessionOf(image);
  const connection = options.connection ?? session.connection;
  if (plan.image.configDigest !== image.configDigest)
    throw new BallastError("bad-config", `the plan was made for ${plan.image.reference}, not for ${image.reference}`);
  if (destination === "-")
    throw new BallastError("bad-argument", "- is standard output", { hint: "pass the stream itself: process.stdout" });
  options.signal?.throwIfAborted();
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const target = typeof destination === "string" ? await parseDestination(destination) : stdoutDestination(destination);
  await refuseSource([image], target, session.source);
  return carryOut([{ plan, image, tree, uses: null }], target, {
    open: { platform: null, verify: true, connection, ...signal },
    write: { force: options.force ?? false, connection, ...signal },
    verify: options.verify ?? true,
    onProgress: options.onProgress,
  });
}
