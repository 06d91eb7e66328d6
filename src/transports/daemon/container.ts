/** What a container changed, as a layer above the image it was made from: the engine lists the paths, its export holds the files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { Readable } from "node:stream";

import type { Extract, Pack } from "tar-stream";

import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import type { Layer } from "../../image/image.ts";
import { isObject } from "../../image/json.ts";
import { spool } from "../archive/spool.ts";
import type { OpenOptions } from "../transport.ts";
import { DaemonClient } from "./client.ts";
import type { DaemonKind } from "./discovery.ts";
import { encodeName, findContainer } from "./inspect.ts";
import { engineName } from "./socket-error.ts";

export interface ContainerChanges {
  /** The image that the container was made from, by its ID: the tag may be another's by now. */
  readonly imageName: string;
  /** The changes as the layer at this height. */
  layer(index: number): Layer;
  close(): Promise<void>;
}

/** As `docker diff` has them: 0 is C, changed; 1 is A, added; 2 is D, deleted. */
const deleted = 2;

/**
 * Reads what a container, running or not, changed. It is neither stopped nor paused.
 * @throws {BallastError} image-not-found: there is no such container; what the engine says
 */
export async function containerChanges(kind: DaemonKind, name: string, options: OpenOptions): Promise<ContainerChanges> {
  const client = await DaemonClient.connect(kind, options.connection, options.signal);
  const container = await findContainer(client, name);
  if (container === null)
    throw new BallastError("image-not-found", `${engineName(kind)} has no container ${name}`, { hint: listHint(kind) });
  const path = `/containers/${encodeName(name)}`;
  const listed = await client.json({ method: "GET", path: `${path}/changes` });
  const changes = (Array.isArray(listed) ? listed : []).filter((change) => isObject(change) && typeof change["Path"] === "string");
  const pathsOf = (wanted: (kind: unknown) => boolean): string[] =>
    changes.filter(({ Kind }) => wanted(Kind)).map(({ Path }) => cleanName(String(Path)));
  const present = new Set(pathsOf((change) => change !== deleted));
  const gone = pathsOf((change) => change === deleted);
  const request = { method: "GET" as const, path: `${path}/export` };
  const response = await client.send(request);
  if (response.status >= 300) throw client.failure(request, response.status, await client.text(response));
  const hash = createHash("sha256");
  let size = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of changedEntries(response.body, present, gone)) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  const file = await spool(Readable.from(counted(), { objectMode: false }), `what ${name} changed`, null, options.signal);
  const diffId: Digest = `sha256:${hash.digest("hex")}`;
  return {
    imageName: `${kind}:${container.image}`,
    layer: (index) => ({
      index,
      digest: diffId,
      diffId,
      mediaType: "application/vnd.oci.image.layer.v1.tar",
      storedBytes: size,
      annotations: {},
      createdBy: `container ${name}`,
      created: null,
      file: { path: file.path, offset: 0, size },
      open: async ({ start, end } = { start: 0 }) => createReadStream(file.path, { start, ...(end === undefined ? {} : { end: end - 1 }) }),
    }),
    close: () => file.remove(),
  };
}

function listHint(kind: DaemonKind): string {
  return `\`${kind === "podman" ? "podman" : "docker"} ps -a\` lists them`;
}

/** The entries of a container's export that it changed, and a whiteout for each path that it deleted, as a layer. */
async function* changedEntries(exported: Readable, present: ReadonlySet<string>, gone: readonly string[]): AsyncGenerator<Buffer> {
  const { extract, pack } = await import("tar-stream");
  const source = extract();
  const layer = pack();
  const fail = (error: unknown): void => layer.destroy(error instanceof Error ? error : new Error(String(error)));
  exported.on("error", (error) => source.destroy(error));
  exported.pipe(source);
  const fill = async (): Promise<void> => {
    for await (const entry of source) {
      const { header } = entry;
      if (present.has(cleanName(header.name))) await copy(entry, layer);
      else entry.resume();
    }
    for (const path of gone) layer.entry({ name: posix.join(posix.dirname(path), `.wh.${posix.basename(path)}`), mode: 0o644 }, "");
    layer.finalize();
  };
  fill().catch(fail);
  for await (const chunk of layer) yield chunk as Buffer;
}

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

function copy(entry: Entry, layer: Pack): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error === null || error === undefined ? resolve() : reject(error));
    const out = layer.entry(entry.header, done);
    entry.on("error", reject);
    // Only files have content; for the others the entry is complete as it stands.
    if (out === undefined || entry.header.type !== "file") entry.resume();
    else entry.pipe(out);
  });
}

/** `./etc/hosts/` and `/etc/hosts` are `etc/hosts`. */
function cleanName(name: string): string {
  return name.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
}
