/** Images in a container engine: `docker-daemon:NAME`, `podman:NAME`. The engine's save stream is read as it arrives. */
import type { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import { shortDigest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import type { Warning } from "../../image/warning.ts";
import { openArchiveStream } from "../local.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";
import { DaemonClient } from "./connection/client.ts";
import type { DaemonKind } from "./connection/discovery.ts";
import { encodeName, findImage, platformJson } from "./inspect.ts";
import type { InspectedImage } from "./inspect.ts";
import { engineName } from "./connection/socket-error.ts";

/**
 * Opens an image by tag, ID or digest, or by the name of a container made from it.
 * @throws {BallastError} daemon-unavailable, daemon-denied, daemon-too-old, context-not-found, image-not-found, platform-not-found
 */
export async function openDaemon(kind: DaemonKind, name: string, options: OpenOptions): Promise<ImageSet> {
  const client = await DaemonClient.connect(kind, options.connection, options.signal);
  const found = await findImage(client, name, options);
  const body = await save(client, name, found, options);
  const about = { what: `the archive of ${name} from ${engineName(kind)}`, reference: name, tag: null, transport: kind };
  const set = await openArchiveStream(body, about, options);
  if (options.verify && set.images.length === 1) {
    const other = otherImage(set.images[0]!, found, kind);
    if (other !== null) {
      await set.close();
      throw new BallastError("digest-mismatch", `${engineName(kind)} describes ${name} as another image than it sends: ${other}`, {
        hint: "was it built anew meanwhile? Try again; an ID names the same image for good",
      });
    }
  }
  const warnings = [...found.warnings, ...containerWarning(kind, name, found)];
  return { ...set, images: set.images.map((image) => fromEngine(image, client, found, warnings)) };
}

async function save(client: DaemonClient, name: string, found: InspectedImage, options: OpenOptions): Promise<Readable> {
  const query = found.platform !== null && client.apiVersion >= 48 ? { platform: platformJson(found.platform) } : {};
  const request = { method: "GET" as const, path: `/images/${encodeName(found.saveName)}/get`, query };
  const response = await client.send(request);
  if (response.status >= 300) {
    const text = await client.text(response);
    // The engine described it a moment ago, so it was removed. For a missing platform it says something else.
    if (response.status === 404 && /no such image|image not known/i.test(text)) {
      const message = `${engineName(client.kind)} does not have the image ${name} any more: it was removed meanwhile`;
      throw new BallastError("image-not-found", message);
    }
    throw client.failure(request, response.status, text);
  }
  if (/html|json/.test(response.headers["content-type"] ?? "")) {
    response.body.destroy();
    throw new BallastError(
      "protocol-error",
      `${client.name} answers with ${response.headers["content-type"]} instead of the archive of ${name}`,
    );
  }
  let bytes = 0;
  const what = shortDigest(found.id);
  response.body.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    options.onProgress?.({ what, bytes, totalBytes: null, state: "running" });
  });
  response.body.on("end", () => options.onProgress?.({ what, bytes, totalBytes: bytes, state: "done" }));
  // Counting made the stream flow, but its reader is not there yet.
  response.body.pause();
  return response.body;
}

/** How the image differs from the one that was described; null when it does not. */
function otherImage({ configDigest, layers }: Image, { promised }: InspectedImage, kind: DaemonKind): string | null {
  const { diffIds } = promised;
  const differs = diffIds !== null && (diffIds.length !== layers.length || layers.some(({ diffId }, index) => diffId !== diffIds[index]));
  if (differs) return `its layers are not the ${diffIds.length} of the archive, which has ${layers.length}`;
  // Podman rewrites the config when it converts the format.
  if (kind !== "docker-daemon" || promised.configDigest === null || promised.configDigest === configDigest) return null;
  return `its ID is ${shortDigest(promised.configDigest)}, and that of the archive ${shortDigest(configDigest)}`;
}

function containerWarning(kind: DaemonKind, name: string, found: InspectedImage): readonly Warning[] {
  if (found.container === null) return [];
  const image = found.tags[0] ?? shortDigest(found.id);
  return [
    {
      code: "container-image",
      message: `${name} is a container in ${engineName(kind)}; what is read is its image ${image}, without what the container changed`,
    },
  ];
}

/** An archive that was saved by ID holds no tags, so the engine's are used. */
function fromEngine(image: Image, client: DaemonClient, found: InspectedImage, warnings: readonly Warning[]): Image {
  return {
    ...image,
    tags: found.tags.length > 0 ? found.tags : image.tags,
    warnings: [...image.warnings, ...warnings],
    transferredBytes: () => client.transferredBytes(),
  };
}
