/** The images in all of containerd's namespaces: each blob is read by its digest, as from a registry. */
import { BallastError } from "../../base/errors.ts";
import { ContentStore } from "../containerd/content-store.ts";
import type { NamedImage } from "../containerd/content-store.ts";
import { containerdSocket } from "../containerd/socket.ts";
import { layoutCandidates } from "../layout/candidates.ts";
import type { LocalContent } from "../local.ts";
import { mergeCandidates } from "../source/candidate.ts";
import type { OpenOptions } from "../transport.ts";
import type { Place } from "./place.ts";
import { readSeveral } from "./several-images.ts";

export class ContainerdPlaces {
  readonly #store: ContentStore;
  readonly #options: OpenOptions;

  /** @throws {BallastError} daemon-unavailable */
  constructor(options: OpenOptions) {
    const { address, timeout } = options.connection;
    this.#store = new ContentStore(containerdSocket(address, process.env), timeout);
    this.#options = options;
  }

  /** @throws {BallastError} daemon-unavailable, daemon-denied */
  async *list(): AsyncGenerator<Place> {
    for (const image of withoutSynonyms(await this.#store.images())) yield this.#place(image);
  }

  close(): void {
    this.#store.close();
  }

  #place(image: NamedImage): Place {
    const open = async (): Promise<LocalContent> => {
      const source = this.#store.source(image);
      return {
        source,
        content: { candidates: await layoutCandidates(source, this.#options.verify), transport: "containerd", warnings: [] },
      };
    };
    const several = {
      name: image.name,
      open,
      reopen: async (position: number, reference: string) => {
        const { content } = await open();
        const candidate = mergeCandidates(content.candidates)[position];
        if (candidate === undefined) throw new BallastError("image-not-found", `${image.name} has changed since it was listed`);
        return candidate.load({ reference, transport: "containerd", tags: candidate.tags, warnings: [], close: async () => {} });
      },
    };
    const name = `containerd:${image.name}@${image.namespace}`;
    return { name, repository: image.name, tag: null, read: () => readSeveral(several, this.#options) };
  }
}

/** Kubernetes names each image by tag, by digest and by its config. The tag is kept, since people know it. */
function withoutSynonyms(images: readonly NamedImage[]): NamedImage[] {
  const key = ({ namespace, target }: NamedImage): string => `${namespace} ${target.digest}`;
  const isDigest = ({ name }: NamedImage): boolean => /(?:^|@)sha\d+:/.test(name);
  const tagged = new Set(images.filter((image) => !isDigest(image)).map(key));
  const seen = new Set(tagged);
  return images.filter((image) => {
    if (!isDigest(image)) return true;
    const isFirst = !seen.has(key(image));
    seen.add(key(image));
    return isFirst;
  });
}
