/** Scanning workers that are started before there is work: a thread takes as long to start as the command line and the modules to load. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Enough for a first look; a pool starts more when it has more to do. */
const mostSpare = 2;

const spare: Worker[] = [];

/** Starts workers in advance. They keep no process alive. Nothing is started where they would only compete with the calling thread. */
export function startSpareWorkers(): void {
  const wanted = Math.min(mostSpare, availableParallelism() - 1);
  while (spare.length < wanted) {
    const worker = startWorker();
    // One that dies before there is work is missed by nobody: whoever has work starts another, and is told why it fails.
    worker.on("error", () => {
      const at = spare.indexOf(worker);
      if (at >= 0) spare.splice(at, 1);
    });
    spare.push(worker);
  }
}

/** A worker for a pool to keep: a spare one if there is one. */
export function takeWorker(): Worker {
  return spare.pop() ?? startWorker();
}

function startWorker(): Worker {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { stdout: false, stderr: false });
  worker.unref();
  return worker;
}
