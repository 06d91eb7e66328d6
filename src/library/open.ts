import type { Readable } from "node:stream";

import { BallastError } from "../base/errors.ts";
import { parsePlatform } from "../image/platform.ts";
import { openImage } from "../transports/open.ts";
import type { ConnectionOptions, TransferProgress } from "../transports/transport.ts";
import { ImageSession, opened } from "./opened.ts";
import type { OpenedImage } from "./opened.ts";

export interface OpenImageOptions {
  /** Which image of several: `os/arch[/variant]`. Default: that of this machine. */
  readonly platform?: string;
  /** Check digest, size and diff ID of everything read. Default true; false reads a damaged image all the same. */
  readonly verify?: boolean;
  /** Directory in which results about layers are kept between runs, by digest. When absent, nothing is kept. */
  readonly cacheDirectory?: string;
  /** Unpacked bytes per stored byte beyond which a layer counts as a decompression bomb. Default 400. */
  readonly maxRatio?: number;
  /** Worker threads; 0 works in the calling thread. Default: one for each processor, at most 8. */
  readonly workers?: number;
  /** How daemons and registries are reached. Default: with the contexts, credentials and environment of docker and podman. */
  readonly connection?: ConnectionOptions;
  /** Bytes that arrive over the network or a pipe. Called often. */
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Opens an image and reads its manifest and config (image-spec: manifest.md, config.md); layers are read by the other verbs.
 *
 * @param source a name as `containers-transports(5)` writes it (`docker-archive:FILE`, `oci-archive:FILE`, `oci:DIR[:TAG]`,
 * `dir:DIR`, `docker-daemon:NAME`, `podman:NAME`, `containers-storage:NAME`, `containerd:NAME`, `docker://REGISTRY/NAME:TAG`); a path; a bare
 * name, which is asked of the daemon, then of the registry; or a stream of an archive, which is spooled to a temporary file of bounded size
 * @throws {BallastError} `image-not-found`, `not-an-image`, `platform-not-found`, `ambiguous-image`, `bad-argument`, and any other error that
 * keeps it from being read (docs/errors.md)
 */
export async function open(source: string | Readable, options: OpenImageOptions = {}): Promise<OpenedImage> {
  const { platform, verify = true, connection = {}, cacheDirectory = null, signal, onProgress, maxRatio, workers } = options;
  if (source === "-")
    throw new BallastError("bad-argument", "- is standard input", { hint: "pass the stream itself: open(process.stdin)" });
  if (typeof source !== "string" && typeof (source as Partial<Readable> | null | undefined)?.destroy !== "function")
    throw new BallastError("bad-argument", "open takes a name or a stream", {
      hint: "a stream of the web is made one by Readable.fromWeb(stream), bytes by Readable.from([bytes])",
    });
  const image = await openImage(source, {
    platform: platform === undefined ? null : parsePlatform(platform),
    verify,
    connection,
    signal,
    onProgress,
  });
  const settings = {
    verify,
    cacheDirectory,
    maxRatio,
    workers,
  };
  return opened(image, new ImageSession(typeof source === "string" ? source : "", settings, connection));
}
