/** An engine that mutates its answers: what it says of an image, and the archive it saves. */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { join } from "node:path";

import { dockerArchive, sha256 } from "../../../test/helpers/image-fixture.ts";
import { analyzeNamed } from "../analyze.ts";
import { randomLayers, richImage } from "../images.ts";
import { hostileText, mutateBytes, mutateJson } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

export const daemon: Target = {
  name: "daemon",
  weight: 2,
  run: async (random, directory) => {
    const archive = dockerArchive(richImage(randomLayers(random)), { shape: random.of(["1.10", "25", "29"] as const) });
    const socket = join(directory, "engine.sock");
    const server = createServer((request, response) => {
      request.resume();
      answer(random, request.url ?? "", response, archive);
    });
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    try {
      return await analyzeNamed(random, directory, "docker-daemon:app:1", { host: `unix://${socket}`, timeout: 1000 });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
};

function answer(random: Random, url: string, response: ServerResponse, archive: Buffer): void {
  if (random.oneIn(12)) {
    response.writeHead(random.of([200, 204, 400, 404, 500]), { "api-version": "x" }).end(JSON.stringify({ message: hostileText(random) }));
  } else if (random.oneIn(20)) response.destroy();
  else if (url.endsWith("/_ping")) response.writeHead(200, { "api-version": random.oneIn(4) ? hostileHeader(random) : "1.47" }).end("OK");
  else if (url.includes("/json")) {
    const manifest = {
      ID: sha256(archive),
      Descriptor: { digest: sha256(archive), size: 1, mediaType: "x" },
      Kind: "image",
      Available: true,
    };
    const known = {
      Id: sha256(archive),
      RepoTags: ["app:1"],
      RepoDigests: [],
      Os: "linux",
      Architecture: "amd64",
      Size: 10,
      Manifests: [manifest],
    };
    response.writeHead(200).end(JSON.stringify(random.oneIn(2) ? known : mutateJson(random, known)) ?? "");
  } else response.writeHead(200, { "content-type": "application/x-tar" }).end(random.oneIn(2) ? archive : mutateBytes(random, archive));
}

function hostileHeader(random: Random): string {
  return hostileText(random)
    .replaceAll(/[^\x20-\x7e]/g, "")
    .slice(0, 500);
}
