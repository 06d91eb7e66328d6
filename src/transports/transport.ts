/** The types that all transports share. Names follow containers-transports(5). */
import type { Readable } from "node:stream";

import type { Descriptor } from "../image/descriptor.ts";
import type { Digest } from "../image/digest.ts";
import type { Image, KnownDigests, LayerBlobSink } from "../image/image.ts";
import type { Platform } from "../image/platform.ts";

export interface OpenOptions {
  /** Which image of several; null chooses the host's, or the only one. */
  readonly platform: Platform | null;
  /** Open every platform the name stands for; `platform` then narrows them. Set by `openAllPlatforms`. */
  readonly allPlatforms?: boolean;
  /** Verify digest and size of every manifest and config read (layers are verified by the scan). */
  readonly verify: boolean;
  /**
   * Receives every layer blob of a source that can only be read once (a daemon's save stream, standard input) while it streams, before
   * manifest and config are known. The layer made from it later has the same name, as `streamedAs`. Absent when content is needed
   * later: the source is then spooled to a bounded temporary file.
   */
  readonly onLayerBlob?: LayerBlobSink;
  /** Bytes that arrive over the network, or from an archive that has to be copied first. Called often; the receiver throttles. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Called before one image is chosen, with all that could be opened: other platforms and other images of the same source. */
  readonly onOffered?: ((offered: readonly OfferedImage[]) => void) | undefined;
  /** Known digests, so that manifests and configs in local files need not be hashed again. */
  readonly digests?: KnownDigests | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly connection: ConnectionOptions;
}

/** One of the images that a name leads to, or one of the platforms that it stands for. */
export interface OfferedImage {
  /** What to open, with the platform; null for the name that is opened now. */
  readonly name: string | null;
  /** Its tags, or a digest; null when the platform alone distinguishes it from the others. */
  readonly title: string | null;
  /** Null when unknown. */
  readonly platform: Platform | null;
  /** Of its manifest, or of its config if it has no manifest; null when unknown. */
  readonly digest: string | null;
  /** It is listed, but its content is missing. */
  readonly isAbsent: boolean;
}

export interface TransferProgress {
  /** For example a layer's short digest. */
  readonly what: string;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly state: "running" | "done" | "cached";
  /** Nothing comes over the network: bytes of a local archive that is unpacked, or can be read only once. */
  readonly isLocal?: true;
}

/** Flags that say how to reach daemons and registries. */
export interface ConnectionOptions {
  readonly host?: string;
  readonly pull?: boolean;
  readonly username?: string;
  readonly password?: string;
  /**
   * The registry (`docker.io`, `localhost:5000`) that `username` and `password` are for: no other gets them. Null for none. Default: that
   * of the name that is opened or written.
   */
  readonly credentialsFor?: string | null;
  readonly authFile?: string;
  readonly caFile?: string;
  readonly certDirectory?: string;
  readonly insecure?: boolean;
  /** containerd's socket. */
  readonly address?: string;
  /** Milliseconds without a byte before a connection counts as hung. */
  readonly timeout?: number;
}

/** All images that a name stands for: one, or one per platform. */
export interface ImageSet {
  readonly images: readonly Image[];
  /** The index that joined them, as stored; null when there was none. */
  readonly indexBytes: Buffer | null;
  close(): Promise<void>;
}

/** A blob to be written to a destination. */
export interface OutgoingBlob {
  readonly descriptor: Descriptor;
  /** For layers: digest of the uncompressed tar. */
  readonly diffId?: Digest;
  /** Streams the blob exactly as `descriptor` says. May be called more than once (retry). */
  open(): Promise<Readable>;
  /** A repository on the same registry that already holds the blob (`library/debian`), for cross-repository mounts. */
  readonly mountFrom?: { readonly registry: string; readonly repository: string };
}

/** One image, ready to be written anywhere. */
export interface OutgoingImage {
  readonly platform: Platform;
  readonly manifestBytes: Buffer;
  readonly manifestMediaType: string;
  readonly manifestDigest: Digest;
  readonly config: OutgoingBlob;
  /** Bottom first. */
  readonly layers: readonly OutgoingBlob[];
}

export interface Outgoing {
  /** One, or one per platform. */
  readonly images: readonly OutgoingImage[];
  /** Set when there are several, or when the source had an index that is kept. */
  readonly index: { readonly bytes: Buffer; readonly mediaType: string; readonly digest: Digest } | null;
  /** Name to record when the destination names none. */
  readonly tags: readonly string[];
}

export interface WriteOptions {
  /** Overwrite what is there. */
  readonly force: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  readonly connection: ConnectionOptions;
}

/** Where an image can be written. Made by `parseDestination`; nothing is touched before `write`. */
export interface Destination {
  /** As the user wrote it. */
  readonly name: string;
  readonly transport: TransportName | "stdout";
  /** Refuses early what can be known early: exists, not writable, no such daemon. @throws {BallastError} destination-exists, write-failed */
  check(options: WriteOptions): Promise<void>;
  /** Writes under another name and renames; on failure or abort nothing is left. @throws {BallastError} write-failed */
  write(outgoing: Outgoing, options: WriteOptions): Promise<void>;
  /** The image name that opens what was written, for reading it again; null when it cannot be read again. Final after `check`. */
  readonly reopenName: string | null;
  /** Removes what was written and restores what it replaced, after a failed verification. Safe to call twice. */
  remove(options: WriteOptions): Promise<void>;
  /** Called once the result is proved: what it replaced need no longer be kept. */
  keep?(): Promise<void>;
}

export type { LayerBlobSink, TransportName } from "../image/image.ts";
import type { TransportName } from "../image/image.ts";
