/**
 * An archive that can be read only once, as a stream: layers go to whoever scans them, documents are kept. Members of a tar come in any
 * order, the manifest maybe last, so what a member is must be recognised from its first bytes.
 */
import { Readable } from "node:stream";

import { sniffBytes, sniffCompression } from "../../compression/sniff.ts";
import { BallastError } from "../../base/errors.ts";
import { cleanPath, displayBytes } from "../../filesystem/paths.ts";
import { maxJsonBytes } from "../../image/json.ts";
import { EntryType } from "../../tar/entry.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { TarParser } from "../../tar/read/parser.ts";
import type { TarHandler } from "../../tar/read/parser.ts";
import type { ArchiveSource, StoredBlob } from "../source/blob-source.ts";
import type { LayerBlobSink } from "../transport.ts";
import { damaged, isCutOff } from "./archive-file.ts";
import { LayerFlow } from "./layer-flow.ts";
import { ArchiveMembers } from "./members.ts";

/** Maximum bytes of all documents together. */
const maxDocumentBytes = 128 * 1024 * 1024;

interface Streamed {
  readonly size: number;
  /** The content of a document; null for layers, which are not kept, and for what is neither. */
  bytes: Buffer | null;
  isLayer: boolean;
  /** What the sink found wrong with it. */
  refusal: BallastError | null;
}

/**
 * Reads the archive to its end.
 * @param name for messages.
 * @throws {BallastError} not-an-image, blob-corrupt, limit-exceeded; whatever the sink throws
 */
export async function readArchiveStream(name: string, input: AsyncIterable<Buffer>, sink: LayerBlobSink): Promise<ArchiveSource> {
  const handler = new StreamHandler(name, sink);
  const parser = new TarParser(handler);
  try {
    for await (const chunk of input) {
      parser.write(chunk);
      await handler.settle();
    }
    parser.end();
    await handler.settle();
  } catch (error) {
    handler.abort(error);
    if (!(error instanceof BallastError)) throw error;
    if (error.code === "layer-invalid" && !handler.began)
      throw new BallastError("not-an-image", `${name} is not a tar archive`, { cause: error });
    throw damaged(name, error);
  }
  const { members } = handler;
  return {
    name,
    outside: members.outside,
    hasEnd: !isCutOff(parser.warnings),
    find: async (path) => {
      const found = members.find(path);
      return found === null ? null : blobOf(displayBytes(found.path), found.content, name);
    },
    paths: () => members.paths(),
    close: async () => {},
  };
}

function blobOf(path: string, member: Streamed, name: string): StoredBlob {
  return {
    path,
    size: member.size,
    file: null,
    ...(member.isLayer ? { streamedAs: streamedName(path, name) } : {}),
    open: async (range = { start: 0 }) => {
      if (member.bytes !== null) return Readable.from([member.bytes.subarray(range.start, range.end)], { objectMode: false });
      if (member.refusal !== null) throw member.refusal;
      if (!member.isLayer) throw new BallastError("blob-corrupt", `${path} of ${name} is neither a tar archive nor a JSON document`);
      throw new BallastError("read-failed", `${path} has streamed by and cannot be read again`, {
        hint: "unpack or save the archive to a file, and open that",
      });
    },
  };
}

/** The name of a streamed layer; `path` is ready to print. */
function streamedName(path: string, archive: string): string {
  return `${path} of ${archive}`;
}

class StreamHandler implements TarHandler {
  readonly members: ArchiveMembers<Streamed>;
  /** Whether the input began as a tar archive does. */
  began = false;
  readonly #name: string;
  readonly #sink: LayerBlobSink;
  #documentBytes = 0;
  #member: { readonly entry: TarEntry; readonly streamed: Streamed } | null = null;
  /** The beginning of the member, until it is clear what it is; then a document's content so far. */
  #pieces: Buffer[] = [];
  #held = 0;
  #role: "undecided" | "document" | "layer" | "ignored" = "ignored";
  /** Layers that the sink has not finished, in order; the last may still be arriving. */
  readonly #flows: { readonly flow: LayerFlow; readonly streamed: Streamed }[] = [];

  constructor(name: string, sink: LayerBlobSink) {
    this.#name = name;
    this.members = new ArchiveMembers(name);
    this.#sink = sink;
  }

  entry(entry: TarEntry): boolean {
    this.began = true;
    const streamed: Streamed = { size: entry.storedSize, bytes: null, isLayer: false, refusal: null };
    this.members.add(entry, () => streamed);
    if (entry.type !== EntryType.file) return false;
    this.#member = { entry, streamed };
    this.#role = "undecided";
    this.#pieces = [];
    this.#held = 0;
    return true;
  }

  /** Chunks are not written to again, so pieces of them are kept without copying. */
  data(chunk: Buffer): void {
    if (this.#role === "ignored") return;
    if (this.#role === "layer") {
      this.#flows.at(-1)!.flow.give(chunk);
      return;
    }
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    if (this.#role === "undecided" && this.#held >= sniffBytes) this.#decide();
  }

  endEntry(): void {
    if (this.#role === "undecided") this.#decide();
    if (this.#role === "layer") this.#flows.at(-1)!.flow.give(null);
    if (this.#role === "document") this.#member!.streamed.bytes = Buffer.concat(this.#pieces);
    this.#role = "ignored";
    this.#pieces = [];
  }

  /** Waits until the sink has taken what was passed to it. */
  async settle(): Promise<void> {
    while (this.#flows.length > 0) {
      const { flow, streamed } = this.#flows[0]!;
      await flow.taken();
      if (!flow.isComplete) return;
      streamed.refusal = flow.refusal;
      this.#flows.shift();
    }
  }

  abort(error: unknown): void {
    for (const { flow } of this.#flows) flow.fail(error);
  }

  #decide(): void {
    const { entry, streamed } = this.#member!;
    const head = Buffer.concat(this.#pieces);
    this.#role = roleOf(entry.path, head, streamed.size);
    if (this.#role === "layer") {
      streamed.isLayer = true;
      const path = displayBytes(cleanPath(entry.path).path);
      const algorithm = path.startsWith("blobs/sha512/") ? "sha512" : "sha256";
      const flow = new LayerFlow(this.#sink, { name: streamedName(path, this.#name), storedBytes: streamed.size, algorithm });
      this.#flows.push({ flow, streamed });
      if (head.length > 0) flow.give(head);
    }
    if (this.#role !== "document") {
      this.#pieces = [];
      return;
    }
    this.#documentBytes += streamed.size;
    if (this.#documentBytes > maxDocumentBytes) {
      throw new BallastError("limit-exceeded", `${this.#name} holds more than ${maxDocumentBytes} bytes of JSON documents`, {
        hint: "no real image has that many; the archive was made to harm",
      });
    }
  }
}

function roleOf(path: string, head: Buffer, size: number): "document" | "layer" | "ignored" {
  const isNamedLayer = /(?:\.tar|\.tar\.gz|\.tgz)$/.test(path);
  if (size === 0) return isNamedLayer || path.includes("blobs/") ? "layer" : "document";
  if (isNamedLayer || sniffCompression(head) !== "unknown") return "layer";
  return size <= maxJsonBytes ? "document" : "ignored";
}
