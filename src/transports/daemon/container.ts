/** What a container changed, as a layer above the image it was made from: the engine lists the paths, its export holds the files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import type { Digest } from "../../image/digest.ts";
import { cleanPath, displayBytes } from "../../filesystem/paths.ts";
import { whiteoutEntry } from "../../filesystem/stored-entry.ts";
import type { Layer } from "../../image/image.ts";
import { isObject } from "../../image/json.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { TarParser } from "../../tar/read/parser.ts";
import type { TarHandler } from "../../tar/read/parser.ts";
import { encodeEntryHeader, endOfArchive, padding } from "../../tar/writer.ts";
import { spool } from "../archive/spool.ts";
import type { OpenOptions } from "../transport.ts";
import { DaemonClient } from "./connection/client.ts";
import type { DaemonKind } from "./connection/discovery.ts";
import { encodeName, findContainer } from "./inspect.ts";
import { engineName } from "./connection/socket-error.ts";

export interface ContainerChanges {
  /** The image that the container was made from, by its ID: the tag may belong to another by now. */
  readonly imageName: string;
  /** The changes as the layer at this height. */
  layer(index: number): Layer;
  close(): Promise<void>;
}

/** As `docker diff` has them: 0 is C, changed; 1 is A, added; 2 is D, deleted. */
const deleted = 2;

/**
 * Reads what a container, running or not, changed. It is neither stopped nor paused.
 * @throws {BallastError} image-not-found when there is no such container; what the engine says
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
  const changed = new ChangedEntries(present);
  const parser = new TarParser(changed);
  for await (const chunk of exported as AsyncIterable<Buffer>) {
    parser.write(chunk);
    yield* changed.take();
  }
  parser.end();
  for (const path of gone) yield encodeEntryHeader(whiteoutEntry(Buffer.from(path, "utf8").toString("latin1")));
  yield endOfArchive;
}

/** Passes changed entries on with all that their headers say: large owner IDs, nanoseconds, extended attributes, names as bytes. */
class ChangedEntries implements TarHandler {
  readonly #present: ReadonlySet<string>;
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(present: ReadonlySet<string>) {
    this.#present = present;
  }

  entry(entry: TarEntry): boolean {
    // The engine's list is JSON, in which each byte that is not UTF-8 became a replacement character.
    if (!this.#present.has(Buffer.from(cleanPath(entry.path).path, "latin1").toString("utf8"))) return false;
    // Engines export archives written by Go, which are never sparse.
    if (entry.sparse !== null)
      throw new BallastError("protocol-error", `${displayBytes(entry.path)} comes from the engine as a sparse file`);
    this.#size = entry.size;
    this.#pieces.push(encodeEntryHeader(entry));
    return entry.type === EntryType.file;
  }

  /** The engine's chunks are not written to again, so they are kept without copying. */
  data(chunk: Buffer): void {
    this.#pieces.push(chunk);
  }

  endEntry(): void {
    this.#pieces.push(padding(this.#size));
  }

  /** What has arrived since the last call. */
  take(): readonly Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}

/** `./etc/hosts/` and `/etc/hosts` are `etc/hosts`. */
function cleanName(name: string): string {
  return name.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
}
