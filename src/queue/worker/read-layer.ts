/** A layer's job: what is found in it goes to the store, so that no other machine has to read it. */
import { BallastError } from "../../base/errors.ts";
import { openLayer } from "../../transports/registry/open.ts";
import { layerKey } from "../jobs.ts";
import type { LayerJob } from "../jobs.ts";
import type { RunRecord } from "../run-record.ts";
import type { ResultStore } from "../store/store.ts";
import type { RunTools, WorkerResources } from "./worker-resources.ts";

/** Errors that may not occur another time, perhaps on another machine. */
const passing: ReadonlySet<string> = new Set(["connection-failed", "connection-timeout", "rate-limited", "write-failed", "read-failed"]);

export function mayPass(error: unknown): boolean {
  return !(error instanceof BallastError) || passing.has(error.code);
}

/** @throws {BallastError} what another try may mend; an error of the layer itself is noted in the survey's record */
export async function readLayer(
  { registry, repository, layer }: LayerJob,
  { resources, tools, store, record }: { resources: WorkerResources; tools: RunTools; store: ResultStore; record: RunRecord },
): Promise<void> {
  const { digest, diffId, mediaType, bytes, index } = layer;
  const { scanner, rulesId } = tools;
  const key = layerKey(digest, diffId, rulesId);
  if (await store.has(key)) return;
  if (!(await resources.layers.holds(digest, diffId, rulesId))) {
    try {
      const client = await resources.clients.of(registry, repository);
      await scanner.scan(openLayer(client, { digest, mediaType, size: bytes }, { index, diffId }, resources.open));
      await scanner.flush();
    } catch (error) {
      if (mayPass(error)) throw error;
      await record.setUnreadable(key, (error as BallastError).message);
      return;
    }
  }
  const packed = await resources.layers.pack(digest, diffId, rulesId);
  if (packed === null) throw new BallastError("write-failed", `what was found in layer ${digest} could not be kept in the cache directory`);
  await store.put(key, packed);
}
