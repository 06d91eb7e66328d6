/** What a tag holds in a registry or engine, as far as manifests and configs tell: the input of the ledger. */

export interface StoredBlob {
  readonly digest: string;
  /** As stored. */
  readonly bytes: number;
}

export interface HeldLayer extends StoredBlob {
  /** As the manifest says. */
  readonly mediaType: string;
  readonly diffId: string;
}

/** The build of a base image that an image is built on. */
export interface BaseBuild {
  /** What all builds of the same base have in common; never printed. */
  readonly key: string;
  /** The base's name where the image states it. */
  readonly name: string | null;
  /** `label`: the image states its base; `history`: its lowest commands are those of another image's base. */
  readonly from: "label" | "history";
  /** What tells this build from others: the base's digest, or the diff ID of its uppermost layer. */
  readonly build: string;
  readonly layers: number;
  /** ISO 8601; null when nothing tells when it was built. */
  readonly created: string | null;
}

/** One image of one platform. */
export interface HeldImage {
  /** Digest of the manifest; of the config where the source keeps no manifest. */
  readonly id: string;
  readonly configDigest: string;
  readonly platform: string;
  /** ISO 8601. */
  readonly created: string | null;
  /** Bottom first. */
  readonly layers: readonly HeldLayer[];
  /** Manifest and config, if they are stored as blobs. */
  readonly documents: readonly StoredBlob[];
  readonly base: BaseBuild | null;
}

export interface Holding {
  /** `registry.example/team/app`, the name that tags belong to; the path of the file for an image without a name. */
  readonly repository: string;
  /** Null where the image has none. */
  readonly tag: string | null;
  /** Several where an index lists several platforms. */
  readonly images: readonly HeldImage[];
  /** What is stored in addition to its images: the index, attestations, artifacts that are not images. */
  readonly other: readonly StoredBlob[];
}

/** `repository:tag`. */
export function holdingName({ repository, tag }: Pick<Holding, "repository" | "tag">): string {
  return tag === null ? repository : `${repository}${tag.includes(":") ? "@" : ":"}${tag}`;
}
