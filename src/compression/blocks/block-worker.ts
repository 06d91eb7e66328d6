/** The thread that compresses blocks: takes jobs, answers them in order, and transfers the memory of block and result. */
import { parentPort } from "node:worker_threads";

import { compressBlock } from "./compress-block.ts";
import type { BlockJob } from "./compress-block.ts";

const port = parentPort!;

port.on("message", (job: BlockJob) => void answer(job));

async function answer(job: BlockJob): Promise<void> {
  const { bytes, block } = await compressBlock(job);
  port.postMessage({ bytes, block }, [bytes.buffer as ArrayBuffer, block.buffer as ArrayBuffer]);
}
