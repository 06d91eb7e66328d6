/** An engine in the test's own process that takes `load`, and gives back what it took: an image is there when its whole archive has come. */
import { createServer } from "node:http";
import { join } from "node:path";

import { sha256 } from "../image-fixture.ts";
import { temporaryDirectory } from "../temp-dir.ts";

export interface LoadingEngine {
  /** `unix://…` */
  readonly host: string;
  /** The archive that was loaded as `fault/image:TAG`; null before. */
  loaded(tag: string): Buffer | null;
  stop(): void;
}

export async function startLoadingEngine(): Promise<LoadingEngine> {
  const socket = join(temporaryDirectory(), "engine.sock");
  const images = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = request.url!.replace(/^\/v[\d.]+/, "");
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("error", () => response.destroy());
    request.on("end", () => {
      const tag = /:(\d+)/.exec(decodeURIComponent(path))?.[1] ?? "";
      const loaded = images.get(tag);
      if (path === "/_ping") response.writeHead(200, { "api-version": "1.41" }).end("OK");
      else if (path.startsWith("/images/load")) {
        const archive = Buffer.concat(pieces);
        images.set(/fault\/image:(\d+)/.exec(archive.toString("latin1"))?.[1] ?? "", archive);
        response.end(JSON.stringify({ stream: "Loaded image" }));
      } else if (request.method === "DELETE") {
        images.delete(tag);
        response.end("[]");
      } else if (loaded === undefined) response.writeHead(404).end(JSON.stringify({ message: "no such image" }));
      else if (path.endsWith("/json")) {
        response.end(JSON.stringify({ Id: sha256(loaded), RepoTags: [`fault/image:${tag}`], Os: "linux", Architecture: "amd64" }));
      } else response.writeHead(200, { "content-type": "application/x-tar" }).end(loaded);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  return {
    host: `unix://${socket}`,
    loaded: (tag) => images.get(tag) ?? null,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
