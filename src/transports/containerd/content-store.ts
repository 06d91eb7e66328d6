/** containerd's image and content services: each manifest, config and layer is read by digest, without exporting whole images. */
import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { BlobSource, StoredBlob } from "../source/blob-source.ts";
import { GrpcClient } from "./grpc.ts";
import { decode, encode, integer, messages, text } from "./protobuf.ts";

const services = "containerd.services";
/** Milliseconds without a byte. */
const defaultTimeout = 60_000;

export interface NamedImage {
  readonly namespace: string;
  /** As containerd stores it: `docker.io/library/debian:12`. */
  readonly name: string;
  readonly target: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
}

export class ContentStore {
  readonly #client: GrpcClient;

  /** @param timeout milliseconds without a byte */
  constructor(socket: string, timeout = defaultTimeout) {
    this.#client = new GrpcClient(socket, timeout);
  }

  /** Every image of every namespace. @throws {BallastError} as `GrpcClient.stream` */
  async images(): Promise<NamedImage[]> {
    const answer = await this.#client.call(`${services}.namespaces.v1.Namespaces/List`, encode({}));
    const namespaces = messages(decode(answer), 1).map((namespace) => text(namespace, 1));
    const lists = await Promise.all(namespaces.map((namespace) => this.#imagesOf(namespace)));
    return lists.flat();
  }

  /** What a name leads to, as a source of blobs. It stays open until the store is closed. */
  source({ namespace, name, target }: NamedImage): BlobSource {
    const annotations = { "io.containerd.image.name": name };
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ ...target, annotations }] }));
    return {
      name: `containerd's namespace ${namespace}`,
      find: async (path) => {
        if (path === "index.json") return memoryBlob(path, index);
        const digest = path.replace(/^blobs\/(\w+)\//, "$1:");
        return isDigest(digest) ? this.#find(digest, namespace) : null;
      },
      paths: () => null,
      close: async () => {},
    };
  }

  close(): void {
    this.#client.close();
  }

  async #imagesOf(namespace: string): Promise<NamedImage[]> {
    const answer = await this.#client.call(`${services}.images.v1.Images/List`, encode({}), namespace);
    return messages(decode(answer), 1).flatMap((image) => {
      const [target] = messages(image, 3);
      const digest = target === undefined ? "" : text(target, 2);
      if (target === undefined || !isDigest(digest)) return [];
      return [{ namespace, name: text(image, 1), target: { mediaType: text(target, 1), digest, size: integer(target, 3) } }];
    });
  }

  async #find(digest: Digest, namespace: string): Promise<StoredBlob | null> {
    const size = await this.#sizeOf(digest, namespace);
    if (size === null) return null;
    return {
      path: digest,
      size,
      file: null,
      open: async ({ start, end = size } = { start: 0 }) => {
        const length = Math.min(end, size) - start;
        // For containerd, a size of 0 means all the rest.
        return length <= 0 ? Readable.from([]) : Readable.from(this.#read(digest, namespace, start, length), { objectMode: false });
      },
    };
  }

  async #sizeOf(digest: Digest, namespace: string): Promise<number | null> {
    try {
      const answer = await this.#client.call(`${services}.content.v1.Content/Info`, encode({ 1: digest }), namespace);
      const [info] = messages(decode(answer), 1);
      return info === undefined ? null : integer(info, 2);
    } catch (error) {
      if (error instanceof BallastError && error.code === "blob-missing") return null;
      throw error;
    }
  }

  async *#read(digest: Digest, namespace: string, offset: number, size: number): AsyncGenerator<Buffer> {
    const request = encode({ 1: digest, 2: offset, 3: size });
    for await (const message of this.#client.stream(`${services}.content.v1.Content/Read`, request, namespace)) {
      for (const data of decode(message).get(2) ?? []) if (Buffer.isBuffer(data)) yield data;
    }
  }
}

function memoryBlob(path: string, bytes: Buffer): StoredBlob {
  const open = async (range = { start: 0 }): Promise<Readable> => Readable.from([bytes.subarray(range.start)], { objectMode: false });
  return { path, size: bytes.length, file: null, open };
}
