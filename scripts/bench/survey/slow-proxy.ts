/** Stands before a registry as a distance would: 20 ms before each answer, 20 MB/s on each connection. A program of its own: PORT UPSTREAM. */
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const delay = 20;
/** Bytes a millisecond. */
const rate = 20_000;

const [port = "", upstream = ""] = process.argv.slice(2);
const [host = "", upstreamPort = ""] = upstream.split(":");

createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = request({ host, port: upstreamPort, method, path: url, headers }, (answer) => void slowly(answer, outgoing));
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}).listen(Number(port), "127.0.0.1");

async function slowly(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    await sleep(delay);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    let sent = 0;
    const start = performance.now();
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      sent += chunk.length;
      if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once("drain", resolve));
      const ahead = sent / rate - (performance.now() - start);
      if (ahead > 1) await sleep(ahead);
    }
    outgoing.end();
  } catch {
    // Whoever asked has gone.
    outgoing.destroy();
  }
}
