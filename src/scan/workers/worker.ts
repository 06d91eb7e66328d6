/** A scanning worker: takes one job at a time from its parent and answers as `protocol.ts` says. */
import { parentPort } from "node:worker_threads";

import { ownColumns } from "../../filesystem/catalog.ts";
import { wireFailure } from "./protocol.ts";
import type { Answer, Order } from "./protocol.ts";
import { runJob } from "./run-job.ts";

/** Milliseconds between two messages about progress: as often as anyone can see. */
const progressMs = 40;

const port = parentPort!;
let deliver: ((chunk: Uint8Array | null) => void) | null = null;

function answer(message: Answer): void {
  port.postMessage(message);
}

async function* chunksFromParent(): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = await new Promise<Uint8Array | null>((resolve) => {
      deliver = resolve;
      answer({ wantsChunk: true });
    });
    if (chunk === null) return;
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function run(job: Extract<Order, { job: unknown }>["job"]): Promise<void> {
  let unreported = 0;
  let reported = 0;
  try {
    const result = await runJob(job, {
      onBytes(bytes) {
        unreported += bytes;
        const now = performance.now();
        if (now - reported < progressMs) return;
        reported = now;
        answer({ bytes: unreported });
        unreported = 0;
      },
      // Copied, not moved: the first buffer that a thread gives away costs it all code that V8 has optimized for typed arrays.
      onEntries: (entries, isLast) => answer({ entries: ownColumns(entries), isLast }),
      chunks: chunksFromParent,
    });
    if (unreported > 0) answer({ bytes: unreported });
    answer(result);
  } catch (error) {
    answer({ failure: wireFailure(error) });
  }
}

port.on("message", (order: Order) => {
  if ("job" in order) void run(order.job);
  else deliver?.(order.chunk);
});
