/**
 * What is stored, each blob counted once, and what would be free without an image, a tag, a repository or everything below a prefix. One
 * pass over all references: nothing is compared with everything else.
 */
import { compareTexts } from "../../src/base/text/compare-texts.ts";
import { findFamilies } from "./families.ts";
import { holdingName } from "./holding.ts";
import type { HeldImage, Holding, StoredBlob } from "./holding.ts";
import type { Ledger, Share } from "./model.ts";
import { commonDirectory, directoryOf, prefixesOf } from "./prefixes.ts";
import { findStaleBases } from "./stale-bases.ts";

/** Stands for more than one holder of a blob. */
const several = -1;

interface BlobRow {
  readonly bytes: number;
  /** Its one holder at each level, by index. */
  tag: number;
  repository: number;
  image: number;
  /** The longest `a/b/` that the names of all its repositories begin with. */
  directory: string;
  lastRepository: number;
  lastDirectory: string;
  images: number;
  isLayer: boolean;
}

interface Sum {
  bytes: number;
  exclusiveBytes: number;
}

interface RepositorySum extends Sum {
  readonly index: number;
  readonly repository: string;
  tags: number;
  readonly images: Set<string>;
}

interface PrefixSum extends Sum {
  repositories: number;
}

interface ImageSum extends Sum {
  readonly image: HeldImage;
  readonly names: Set<string>;
}

export function makeLedger(given: readonly Holding[]): Ledger {
  // Repositories with the same prefix then follow each other, so it is enough to remember the last one that a blob was seen in.
  const holdings = given.toSorted((a, b) => compareTexts(a.repository, b.repository) || compareTexts(a.tag ?? "", b.tag ?? ""));
  const builder = new LedgerBuilder();
  for (const holding of holdings) builder.enter(holding);
  return builder.close(holdings);
}

/** Adds up one holding after the other: by blob, tag, repository, prefix and image. */
class LedgerBuilder {
  readonly #blobs = new Map<string, BlobRow>();
  readonly #tags: Sum[] = [];
  readonly #repositories = new Map<string, RepositorySum>();
  readonly #prefixes = new Map<string, PrefixSum>();
  readonly #images = new Map<string, ImageSum>();
  #referencedBytes = 0;

  enter(holding: Holding): void {
    const repository = this.#repositoryOf(holding.repository);
    repository.tags += 1;
    const tag: Sum = { bytes: 0, exclusiveBytes: 0 };
    const index = this.#tags.push(tag) - 1;
    for (const blob of distinct([...holding.images.flatMap(blobsOf), ...holding.other])) {
      tag.bytes += blob.bytes;
      this.#enterBlob(blob, index, repository);
    }
    for (const image of holding.images) {
      repository.images.add(image.id);
      this.#enterImage(image, holdingName(holding));
    }
  }

  close(holdings: readonly Holding[]): Ledger {
    const [images, repositories] = [[...this.#images.values()], [...this.#repositories.values()]];
    this.#sumExclusive(images, repositories);
    const held = images.map(({ image }) => image);
    const layers = [...this.#blobs].filter(([, { isLayer }]) => isLayer);
    const rows = [...this.#blobs.values()];
    // Indexes, charts and signatures, which no image shares.
    const ofNoImage = sumOf(rows.filter((row) => row.images === 0));
    return {
      totals: {
        repositories: repositories.length,
        tags: holdings.filter(({ tag }) => tag !== null).length,
        images: images.length,
        layers: layers.length,
        blobs: this.#blobs.size,
        storedBytes: sumOf(rows),
        referencedBytes: this.#referencedBytes + ofNoImage,
      },
      images: byExclusive(
        images.map(({ image, names, ...sum }) => ({ image, names: [...names], ...share(sum) })),
        ({ names }) => names[0]!,
      ),
      tags: byExclusive(
        holdings.map(({ repository, tag, images: { length } }, index) => ({
          repository,
          tag,
          images: length,
          ...share(this.#tags[index]!),
        })),
        holdingName,
      ),
      repositories: byExclusive(
        repositories.map((sum) => ({ repository: sum.repository, tags: sum.tags, images: sum.images.size, ...share(sum) })),
        ({ repository }) => repository,
      ),
      prefixes: byExclusive(
        [...this.#prefixes].map(([prefix, sum]) => ({ prefix, repositories: sum.repositories, ...share(sum) })),
        ({ prefix }) => prefix,
      ),
      layersByUse: layersByUse(layers.map(([, row]) => row)),
      sharedLayers: layers
        .filter(([, row]) => row.images > 1)
        .map(([digest, row]) => ({ digest, bytes: row.bytes, images: row.images }))
        .sort((a, b) => b.bytes * (b.images - 1) - a.bytes * (a.images - 1) || compareTexts(a.digest, b.digest)),
      families: findFamilies(held, namesOf(images)),
      staleBases: findStaleBases(held, namesOf(images)),
      identical: identicalImages(images),
    };
  }

  /** Adds each blob to its only holder at each level: what deleting that would free. */
  #sumExclusive(images: readonly ImageSum[], repositories: readonly RepositorySum[]): void {
    for (const { bytes, tag, repository, image, directory } of this.#blobs.values()) {
      if (tag !== several) this.#tags[tag]!.exclusiveBytes += bytes;
      if (repository !== several) repositories[repository]!.exclusiveBytes += bytes;
      if (image !== several) images[image]!.exclusiveBytes += bytes;
      for (const prefix of prefixesOf(directory)) this.#prefixes.get(prefix)!.exclusiveBytes += bytes;
    }
  }

  #repositoryOf(name: string): RepositorySum {
    let known = this.#repositories.get(name);
    if (known !== undefined) return known;
    known = { index: this.#repositories.size, repository: name, bytes: 0, exclusiveBytes: 0, tags: 0, images: new Set() };
    this.#repositories.set(name, known);
    for (const prefix of prefixesOf(name)) {
      const sum = this.#prefixes.get(prefix) ?? { bytes: 0, exclusiveBytes: 0, repositories: 0 };
      sum.repositories += 1;
      this.#prefixes.set(prefix, sum);
    }
    return known;
  }

  #enterBlob({ digest, bytes }: StoredBlob, tag: number, repository: RepositorySum): void {
    const directory = directoryOf(repository.repository);
    const { index } = repository;
    const row = this.#blobs.get(digest);
    if (row === undefined) {
      const last = { lastRepository: index, lastDirectory: directory };
      this.#blobs.set(digest, { bytes, tag, repository: index, image: several, directory, ...last, images: 0, isLayer: false });
      repository.bytes += bytes;
      for (const prefix of prefixesOf(directory)) this.#prefixes.get(prefix)!.bytes += bytes;
      return;
    }
    row.tag = several;
    if (row.lastRepository === index) return;
    row.repository = several;
    repository.bytes += row.bytes;
    for (const prefix of prefixesOf(directory)) if (!row.lastDirectory.startsWith(prefix)) this.#prefixes.get(prefix)!.bytes += row.bytes;
    row.directory = commonDirectory(row.directory, directory);
    row.lastRepository = index;
    row.lastDirectory = directory;
  }

  #enterImage(image: HeldImage, name: string): void {
    const known = this.#images.get(image.id);
    if (known !== undefined) {
      known.names.add(name);
      return;
    }
    const sum: ImageSum = { image, names: new Set([name]), bytes: 0, exclusiveBytes: 0 };
    const index = this.#images.size;
    this.#images.set(image.id, sum);
    for (const { digest } of image.layers) this.#blobs.get(digest)!.isLayer = true;
    for (const { digest } of distinct(blobsOf(image))) {
      const row = this.#blobs.get(digest)!;
      sum.bytes += row.bytes;
      this.#referencedBytes += row.bytes;
      row.images += 1;
      row.image = row.images === 1 ? index : several;
    }
  }
}

function sumOf(rows: readonly BlobRow[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

function namesOf(images: readonly ImageSum[]): (image: HeldImage) => string {
  const names = new Map(images.map(({ image, names: [first] }) => [image, first!]));
  return (image) => names.get(image)!;
}

function layersByUse(layers: readonly BlobRow[]): Ledger["layersByUse"] {
  const byUse = new Map<number, { layers: number; bytes: number }>();
  for (const { images, bytes } of layers) {
    const sum = byUse.get(images) ?? { layers: 0, bytes: 0 };
    byUse.set(images, { layers: sum.layers + 1, bytes: sum.bytes + bytes });
  }
  return [...byUse].map(([images, sum]) => ({ images, ...sum })).sort((a, b) => a.images - b.images);
}

/** By config: two manifests of one image may differ in how its layers are compressed. */
function identicalImages(images: readonly ImageSum[]): Ledger["identical"] {
  const byConfig = new Map<string, { readonly platform: string; readonly names: Set<string> }>();
  for (const { image, names } of images) {
    const known = byConfig.get(image.configDigest) ?? { platform: image.platform, names: new Set() };
    for (const name of names) known.names.add(name);
    byConfig.set(image.configDigest, known);
  }
  return [...byConfig]
    .filter(([, { names }]) => names.size > 1)
    .map(([configDigest, { platform, names }]) => ({ configDigest, platform, names: [...names].sort(compareTexts) }))
    .sort((a, b) => compareTexts(a.names[0]!, b.names[0]!) || compareTexts(a.platform, b.platform));
}

function blobsOf({ layers, documents }: HeldImage): StoredBlob[] {
  return [...layers, ...documents];
}

function distinct(blobs: readonly StoredBlob[]): StoredBlob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

function share({ bytes, exclusiveBytes }: Sum): Share {
  return { bytes, exclusiveBytes, sharedBytes: bytes - exclusiveBytes };
}

function byExclusive<Row extends Share>(rows: Row[], name: (row: Row) => string): Row[] {
  return rows.sort((a, b) => b.exclusiveBytes - a.exclusiveBytes || b.bytes - a.bytes || compareTexts(name(a), name(b)));
}
