import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";

import { parseByteSize } from "../../base/text/byte-size.ts";
import { parseDuration } from "../../base/text/duration.ts";
import { BallastError, ExitStatus } from "../../base/errors.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { defineCommand } from "../command.ts";
import { connectionFlags, connectionFrom } from "../flags/connection-flags.ts";
import { imageFlags } from "../flags/image-flags.ts";
import { workerFlags } from "../flags/survey-flags.ts";
import { stateDirectory } from "./state.ts";

const { authfile, ca, "cert-dir": certDirectory, insecure, timeout } = connectionFlags;

/** Milliseconds. */
const defaultLease = 30_000;
const shortestLease = 1000;
const defaultCacheBytes = 10 * 1024 ** 3;

export const worker = defineCommand({
  usage: "worker",
  summary: "Does the work of surveys that others have put into a queue, until it is stopped: layers are read, images analysed.",
  examples: [
    ["ballast worker --queue redis://queue.example:6379", "As many jobs at once as this machine has processors"],
    ["BALLAST_QUEUE=rediss://:PASSWORD@queue.example ballast worker", "The address, and its password, not on the command line"],
    ["BALLAST_STORE=s3://results/ballast ballast worker", "Results pass through a bucket, which the survey names too"],
  ],
  positionals: {},
  flags: {
    ...workerFlags,
    cache: imageFlags.cache,
    quiet: imageFlags.quiet,
    authfile,
    ca,
    "cert-dir": certDirectory,
    insecure,
    timeout,
  },
  epilogue: "Each worker logs in to registries by itself: no credential passes through the queue.",
  async run(args, io) {
    if (args.queue === null || args.queue === "") {
      throw new BallastError("bad-argument", "worker needs a queue to take its work from", {
        hint: "name it with --queue redis://HOST:6379, or in BALLAST_QUEUE",
      });
    }
    const processes = args.concurrency ?? availableParallelism();
    if (!Number.isInteger(processes) || processes < 1)
      throw new BallastError("bad-argument", "--concurrency takes a whole number of at least 1");
    const lease = leaseOf(args.lease);
    const mostBytes = cacheBytes(args.cacheSize);
    const none = { host: null, pull: false, username: null, passwordStdin: false, address: null };
    const connection = connectionFrom({ ...args, ...none });
    const say = (sentence: string): void => void (args.quiet || io.stderr.write(`${sanitize(sentence)}\n`));
    const [{ connectQueue }, { openStore }] = await Promise.all([
      import("../../queue/connect.ts"),
      import("../../queue/store/open-store.ts"),
    ]);
    // What is wrong with the queue or the store is said once, before processes are started that would all say it.
    const queue = await connectQueue(args.queue, () => {});
    await openStore(args.store, queue.redis).finally(() => queue.close());
    const { runWorker } = await import("../../queue/worker/worker.ts");
    const directory = await stateDirectory(args, io.env);
    say(`working for ${queue.shown} with ${plural(processes, "process", "processes")}; Ctrl-C ends it`);
    const options = { queue: args.queue, store: args.store, directory, lease, connection, processes, mostBytes };
    try {
      const { layers, images } = await runWorker({ ...options, signal: io.signal, say });
      say(`${plural(layers, "layer")} and ${plural(images, "image")} done`);
    } finally {
      if (!args.cache) await rm(directory, { recursive: true, force: true });
    }
    return ExitStatus.ok;
  },
});

function leaseOf(text: string | null): number {
  if (text === null) return defaultLease;
  const lease = parseDuration(text);
  if (lease !== null && lease >= shortestLease) return Math.ceil(lease);
  throw new BallastError("bad-argument", `--lease is "${text}"; it takes a time of at least 1s`, { hint: "write 30s or 2m" });
}

function cacheBytes(text: string | null): number {
  if (text === null) return defaultCacheBytes;
  const bytes = parseByteSize(text);
  if (bytes !== null && bytes > 0) return bytes;
  throw new BallastError("bad-argument", `--cache-size is "${text}"; it takes a size`, { hint: "write 10GiB or 500MB" });
}
