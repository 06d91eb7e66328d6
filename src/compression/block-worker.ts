/** The thread that compresses blocks: takes a job, answers with the compressed bytes, whose memory is handed over. */
import { parentPort } from "node:worker_threads";
import { compressBlock } from "./compress-block.ts";
import type { BlockJob } from "./compress-block.ts";

const port = parentPort!;

port.on("message", (job: BlockJob) => void answer(job));

async function answer(job: BlockJob): Promise<void> {
  const bytes = await compressBlock(job);
  // A copy of its own where the bytes are part of something larger.
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  port.postMessage(whole, [whole.buffer as ArrayBuffer]);
}
