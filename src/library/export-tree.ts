import { Readable } from "node:stream";

import type { Analysis } from "../../analyzers/analysis.ts";
import { exportStream } from "../export/export-stream.ts";
import { pathFromText } from "../filesystem/paths.ts";
import { findLayer } from "../image/find-layer.ts";

export interface ExportTreeOptions {
  /** A path inside the image: a file is written as it is, a directory as a tar. When absent, the whole tree. */
  readonly path?: string;
  /** Only what this layer holds, whiteouts included: index, digest or diff ID prefix, or part of its command. */
  readonly layer?: string | number;
  readonly signal?: AbortSignal;
}

export interface ExportedTree {
  /** True for a tar archive (POSIX pax), false for the content of one file. */
  readonly isArchive: boolean;
  readonly stream: Readable;
}

/**
 * The merged filesystem of an image as a container sees it, or a part of it. Nothing is unpacked to disk.
 *
 * @param analysis of an image that is still open, until the stream has ended
 * @throws {BallastError} `path-not-found`, `unknown-layer`; the stream fails with what reading a layer can throw
 */
export function exportTree({ image, tree }: Analysis, options: ExportTreeOptions = {}): ExportedTree {
  const path = options.path === undefined ? null : pathFromText(options.path);
  const layer = options.layer === undefined ? null : findLayer(image.layers, String(options.layer));
  const { isArchive, stream } = exportStream({ image, tree, path, layer });
  const readable = Readable.from(stream, { objectMode: false });
  failWhenAborted(readable, options.signal);
  return { isArchive, stream: readable };
}

/** Fails with the signal's own reason, like every function here. Passing the signal to the stream would hide it behind an AbortError. */
function failWhenAborted(stream: Readable, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const fail = (): void => void stream.destroy(signal.reason as Error);
  if (signal.aborted) return fail();
  signal.addEventListener("abort", fail, { once: true });
  stream.once("close", () => signal.removeEventListener("abort", fail));
}
