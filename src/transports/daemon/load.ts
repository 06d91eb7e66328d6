/** `docker-daemon:NAME` and `podman:NAME` as destinations: an archive streamed into the engine's load. */
import { BallastError } from "../../base/errors.ts";
import { familiarReference, parseReference } from "../../image/reference.ts";
import type { Reference } from "../../image/reference.ts";
import { archiveStream } from "../archive/write-archive.ts";
import type { Destination, Outgoing, WriteOptions } from "../transport.ts";
import { DaemonClient } from "./connection/client.ts";
import type { DaemonKind } from "./connection/discovery.ts";
import { encodeName, imageIdOf, jsonLines } from "./inspect.ts";
import { engineName } from "./connection/socket-error.ts";

/** @throws {BallastError} bad-argument when `name` is invalid or has a digest */
export function daemonDestination(kind: DaemonKind, name: string): Destination {
  const reference = parseReference(name);
  if (reference.digest !== null) {
    throw new BallastError("bad-argument", `"${name}" cannot be written to: a digest is known only afterwards`, { hint: "name a tag" });
  }
  const tag = familiarReference(reference);
  const destination = `${kind}:${tag}`;
  /** ID of the image that had the tag before, to restore it. */
  let previous: string | null = null;
  return {
    name: `${kind}:${name}`,
    transport: kind,
    reopenName: destination,
    async check(options) {
      const client = await DaemonClient.connect(kind, options.connection, options.signal);
      if (!options.force && (await imageIdOf(client, tag)) !== null) {
        throw new BallastError("destination-exists", `${engineName(kind)} has an image ${tag} already`);
      }
    },
    async write(outgoing, options) {
      const client = await DaemonClient.connect(kind, options.connection, options.signal);
      previous = await imageIdOf(client, tag);
      if (previous !== null && !options.force)
        throw new BallastError("destination-exists", `${engineName(kind)} has an image ${tag} already`);
      await load(client, outgoing, tag, options);
    },
    async remove(options) {
      const client = await DaemonClient.connect(kind, options.connection);
      await untag(client, reference, tag, previous);
    },
  };
}

/** @throws {BallastError} write-failed with what the engine says; what the source of the blobs throws */
async function load(client: DaemonClient, outgoing: Outgoing, tag: string, options: WriteOptions): Promise<void> {
  const body = archiveStream(outgoing, { style: "docker", tags: [tag], onProgress: options.onProgress });
  let sourceError: Error | null = null;
  body.on("error", (error: Error) => (sourceError = error));
  const request = {
    method: "POST" as const,
    path: "/images/load",
    query: { quiet: "1" },
    headers: { "content-type": "application/x-tar" },
    body,
  };
  try {
    const response = await client.send(request);
    if (response.status >= 300) {
      throw refused(client, tag, client.failure(request, response.status, await client.text(response)).message);
    }
    for await (const message of jsonLines(response.body)) {
      if (typeof message["error"] === "string") throw refused(client, tag, message["error"]);
    }
  } catch (error) {
    // A blob that turns out wrong breaks off the request; its error, not that of the request, is the one to report.
    throw sourceError ?? error;
  } finally {
    body.destroy();
  }
  if ((await imageIdOf(client, tag)) === null) throw refused(client, tag, "it accepted the archive, and has no such image afterwards");
}

function refused(client: DaemonClient, tag: string, said: string): BallastError {
  return new BallastError(
    "write-failed",
    `${client.name} does not load ${tag}: ${said.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300)}`,
    {
      hint: "write to docker-archive:FILE and try `docker load` by hand; the engine's log may say more",
    },
  );
}

/** Removes the tag, or returns it to the image that had it. */
async function untag(client: DaemonClient, reference: Reference, tag: string, previous: string | null): Promise<void> {
  if (previous !== null) {
    const repo = familiarReference({ ...reference, tag: null });
    await client.json({ method: "POST", path: `/images/${encodeName(previous)}/tag`, query: { repo, tag: reference.tag ?? "latest" } });
    return;
  }
  const response = await client.send({ method: "DELETE", path: `/images/${encodeName(tag)}` });
  const text = await client.text(response);
  if (response.status >= 300 && response.status !== 404) {
    throw client.failure({ method: "DELETE", path: `/images/${tag}` }, response.status, text);
  }
}
