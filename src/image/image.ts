/**
 * One image, whatever it came from. Transports make these; nothing above them knows where the bytes lie.
 */
import type { Readable } from "node:stream";

import type { ImageConfig } from "./config.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";
import type { Warning } from "./warning.ts";

export type TransportName =
  | "docker-archive"
  | "oci-archive"
  | "oci"
  | "dir"
  | "containers-storage"
  | "docker-daemon"
  | "podman"
  | "containerd"
  | "docker";

/** A region of a local file that holds a blob exactly as stored. Workers open it themselves. */
export interface FileRegion {
  readonly path: string;
  /** Byte offset of the blob's first byte in the file. */
  readonly offset: number;
  /** Bytes of the blob. */
  readonly size: number;
  /** Bytes of the whole file when it was opened; absent where it holds the blob alone. */
  readonly fileBytes?: number;
}

/** Digests of regions of local files that were computed before. */
export interface KnownDigests {
  /** Null where none was, or the file has changed since. To be asked before the region is read: then no later change passes for it. */
  digestOf(region: FileRegion): Digest | null;
  record(region: FileRegion, digest: Digest): void;
}

export interface Layer {
  /** Position from the bottom, 0 first. */
  readonly index: number;
  /** Digest of the blob as stored; null where the transport has none (docker archives before Docker 25 name files, not digests). */
  readonly digest: Digest | null;
  /** Digest of the uncompressed tar, as the config promises it (config.md § rootfs.diff_ids). */
  readonly diffId: Digest;
  /** As the manifest says. How the blob really is compressed is told from its first bytes. */
  readonly mediaType: string;
  /** Bytes of the blob as stored; null where unknown before reading it. */
  readonly storedBytes: number | null;
  readonly annotations: Readonly<Record<string, string>>;
  /** The history row that made this layer, raw text; null when history does not say (see `history.ts`). Not redacted. */
  readonly createdBy: string | null;
  readonly created: string | null;
  /** Where the stored blob lies in a local file; null for remote and streamed ones. */
  readonly file: FileRegion | null;
  /** The name under which the blob went to `OpenOptions.onLayerBlob`, when it streamed by and cannot be opened any more. */
  readonly streamedAs?: string;
  /**
   * Set where the archive is assembled from files on disk, so that only reading it tells whether they are what was promised. `exact` is
   * false when it is not byte for byte the archive that the diff ID was made of, which then cannot be verified.
   */
  readonly assembled?: { readonly exact: boolean };
  /**
   * Streams the blob as stored, from byte `start` up to but not including byte `end`.
   * @throws {BallastError} blob-missing, read-failed
   */
  open(range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
  /**
   * Only where a part is cheaper to get than the whole (from a registry), for readers of a table of contents, who know where in the blob
   * to look. As `open`, but null when the other side cannot do it; nothing has been transferred then.
   */
  openRange?(range: { readonly start: number; readonly end?: number }): Promise<Readable | null>;
}

/** A manifest that is about this image instead of being one: provenance, SBOM. */
export interface Attestation {
  readonly descriptor: Descriptor;
  /** The in-toto statements it holds, parsed lazily. @throws {BallastError} blob-missing, digest-mismatch */
  statements(): Promise<readonly { readonly predicateType: string; readonly json: unknown }[]>;
}

export interface Image {
  /** The name to print: what the person typed, or the tag found in the archive. */
  readonly reference: string;
  readonly transport: TransportName;
  /** Null for docker archives that carry no OCI manifest. */
  readonly manifestDigest: Digest | null;
  /** The manifest as stored; null as above. */
  readonly manifestBytes: Buffer | null;
  readonly manifestMediaType: string | null;
  /** Annotations of the manifest, over those of the descriptor that pointed to it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Annotations of the index that listed it; absent when no index did. */
  readonly indexAnnotations?: Readonly<Record<string, string>>;
  readonly configDigest: Digest;
  readonly configBytes: Buffer;
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Tags or ref names that the source gives this image. */
  readonly tags: readonly string[];
  /** Bottom first. */
  readonly layers: readonly Layer[];
  readonly attestations: readonly Attestation[];
  readonly warnings: readonly Warning[];
  /** Bytes fetched over a network so far; null for local sources. */
  transferredBytes(): number | null;
  /** Releases files, sockets and spooled copies. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Takes a layer blob that can be read only once, as it flows by. Must consume the stream to its end or destroy it. The layer made from the
 * blob carries the same name in `streamedAs`.
 */
export type LayerBlobSink = (
  blob: Readable,
  about: {
    readonly name: string;
    readonly storedBytes: number;
    /** That of the blob's digest, where it has one. */
    readonly algorithm?: "sha256" | "sha512";
  },
) => Promise<void>;
