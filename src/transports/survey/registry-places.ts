/** The tags of a registry's repositories. Clients are shared: one ping and one token per repository, however many tags it has. */
import type { HeldImage, StoredBlob } from "../../../analyzers/ledger/holding.ts";
import { BallastError } from "../../base/errors.ts";
import type { Glob } from "../../base/text/glob.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import { isArtifact, isAttestation, parseManifestOrIndex } from "../../image/manifest.ts";
import type { Index, Manifest } from "../../image/manifest.ts";
import { isIndexType } from "../../image/media-types.ts";
import { bestForPlatform } from "../../image/platform.ts";
import type { Reference } from "../../image/reference.ts";
import { familiarReference } from "../../image/reference.ts";
import type { DocumentStore, RegistryClient } from "../registry/client.ts";
import { readManifest } from "../registry/documents.ts";
import type { ManifestDocument } from "../registry/documents.ts";
import { catalogScope, listRepositories, listTags } from "../registry/lists.ts";
import { openByDigest } from "../registry/open.ts";
import type { OpenOptions } from "../transport.ts";
import { heldImageOf } from "./held-image.ts";
import { RegistryClients } from "./registry-clients.ts";
import type { Unreadable } from "../../../analyzers/survey/survey.ts";
import type { ImageOpener, Place, Reading } from "./place.ts";

/** How deep indexes may be nested. */
const maxDepth = 8;

export class RegistryPlaces {
  readonly #options: OpenOptions;
  readonly #clients: RegistryClients;
  /** By manifest digest: the same image may have many tags, in many repositories. */
  readonly #held = new Map<Digest, Promise<HeldImage>>();

  constructor(options: OpenOptions, documents: DocumentStore) {
    this.#options = options;
    this.#clients = new RegistryClients(options, documents);
  }

  /** Every tag of the repositories in the registry's catalog that the glob matches; null matches all. @throws {BallastError} */
  async *catalog(registry: string, glob: Glob | null): AsyncGenerator<Place> {
    const client = await this.#clients.of(registry, "", catalogScope);
    for await (const repository of listRepositories(client)) {
      if (glob === null || glob.matches(repository)) yield* this.#repository(registry, repository, true);
    }
  }

  /** Every tag of one repository. @throws {BallastError} */
  repository(registry: string, repository: string): AsyncGenerator<Place> {
    return this.#repository(registry, repository, false);
  }

  tag(reference: Reference): Place {
    const { registry, repository, digest } = reference;
    return this.#place(registry, repository, digest ?? reference.tag ?? "latest");
  }

  async close(): Promise<void> {
    await this.#clients.close();
  }

  async *#repository(registry: string, repository: string, isListed: boolean): AsyncGenerator<Place> {
    const client = await this.#clients.of(registry, repository);
    try {
      for await (const tag of listTags(client)) yield this.#place(registry, repository, tag);
    } catch (error) {
      // Registries also list repositories whose last tag is gone, or that the account may not read: the others are surveyed all the same.
      if (!isListed || !(error instanceof BallastError)) throw error;
      if (error.code === "image-not-found") return;
      const { repository: name } = this.#place(registry, repository, "");
      yield { name, repository: name, tag: null, read: () => Promise.reject(error) };
    }
  }

  #place(registry: string, repository: string, tag: string): Place {
    const reference: Reference = { registry, repository, tag: null, digest: null };
    const title = familiarReference(reference);
    const name = `docker://${title}${isDigest(tag) ? "@" : ":"}${tag}`;
    return { name, repository: title, tag, read: () => this.#read(reference, title, tag) };
  }

  async #read(reference: Reference, title: string, tag: string): Promise<Reading> {
    const client = await this.#clients.of(reference.registry, reference.repository);
    const document = await readManifest(client, tag, this.#options.verify);
    const reader = new TagReader(client, reference, this.#options, this.#held);
    await reader.readRoot(document, `${title}${isDigest(tag) ? "@" : ":"}${tag}`);
    const { images, other, openers, unreadable, artifacts } = reader;
    return { holdings: [{ repository: title, tag, images, other }], openers, unreadable, artifacts };
  }
}

/** Reads everything that one tag leads to. */
class TagReader {
  readonly images: HeldImage[] = [];
  readonly other: StoredBlob[] = [];
  readonly openers = new Map<string, ImageOpener>();
  readonly unreadable: Unreadable[] = [];
  artifacts = 0;
  readonly #client: RegistryClient;
  readonly #reference: Reference;
  readonly #options: OpenOptions;
  readonly #held: Map<Digest, Promise<HeldImage>>;

  constructor(client: RegistryClient, reference: Reference, options: OpenOptions, held: Map<Digest, Promise<HeldImage>>) {
    this.#client = client;
    this.#reference = reference;
    this.#options = options;
    this.#held = held;
  }

  async readRoot(document: ManifestDocument, name: string): Promise<void> {
    await this.#read(document, name, 0);
  }

  async #read(document: ManifestDocument, name: string, depth: number): Promise<void> {
    const parsed = parseManifestOrIndex(document.bytes, `manifest of ${name}`, document.mediaType);
    if (parsed.kind === "manifest") return this.#readManifest(parsed, document, name);
    this.other.push({ digest: document.digest, bytes: document.bytes.length });
    return this.#readIndex(parsed, name, depth);
  }

  async #readIndex(index: Index, name: string, depth: number): Promise<void> {
    if (depth === maxDepth) throw new BallastError("limit-exceeded", `${name}: indexes are nested more than ${maxDepth} deep`);
    for (const descriptor of index.manifests) {
      if (!this.#isWanted(descriptor)) continue;
      const title = `${name.replace(/@sha\d+:.*$/, "")}@${descriptor.digest}`;
      try {
        const document = await readManifest(this.#client, descriptor.digest, this.#options.verify);
        if (isAttestation(descriptor)) this.#count(document, title);
        else await this.#read(document, title, depth + 1);
      } catch (error) {
        if (!(error instanceof BallastError)) throw error;
        this.unreadable.push({ name: title, reason: error.message });
      }
    }
  }

  /** Attestations describe an image of the same index; an image without a stated platform has to be read to learn it. */
  #isWanted(descriptor: Descriptor): boolean {
    const { platform } = this.#options;
    if (platform === null || descriptor.platform === undefined || isIndexType(descriptor.mediaType)) return true;
    return !isAttestation(descriptor) && bestForPlatform([descriptor], platform).length > 0;
  }

  async #readManifest(manifest: Manifest, document: ManifestDocument, name: string): Promise<void> {
    if (isArtifact(manifest)) {
      this.artifacts += 1;
      this.#count(document, name);
      return;
    }
    const { digest } = document;
    const reopen = (): Promise<Image> => openByDigest(this.#client, this.#reference, digest, this.#options);
    let held = this.#held.get(digest);
    if (held === undefined) {
      // Tags read in parallel wait for one reading; if that fails, the next tag tries again.
      held = reopen().then(heldImageOf);
      this.#held.set(digest, held);
      held.catch(() => this.#held.delete(digest));
    }
    const image = await held;
    const { platform } = this.#options;
    if (platform !== null && bestForPlatform([{ platform: platformOf(image) }], platform).length === 0) return;
    this.images.push(image);
    const { registry, repository } = this.#reference;
    this.openers.set(image.id, { open: reopen, address: { registry, repository, digest } });
  }

  /** Counts what is stored for something that is not an image. */
  #count(document: ManifestDocument, name: string): void {
    const parsed = parseManifestOrIndex(document.bytes, `manifest of ${name}`, document.mediaType);
    this.other.push({ digest: document.digest, bytes: document.bytes.length });
    const blobs = parsed.kind === "manifest" ? [parsed.config, ...parsed.layers] : [];
    for (const { digest, size } of blobs) this.other.push({ digest, bytes: size });
  }
}

function platformOf({ platform }: HeldImage): { os: string; architecture: string; variant?: string } {
  const [os = "", architecture = "", variant] = platform.split("/");
  return { os, architecture, ...(variant !== undefined && { variant }) };
}
