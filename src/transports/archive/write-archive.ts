/**
 * Writes an image as one tar archive: an OCI image layout, and for Docker also a `manifest.json`. Docker before 25 reads `manifest.json`,
 * the containerd store and everybody else `index.json`; both describe the same blobs.
 */
import { Readable } from "node:stream";

import type { Pack } from "tar-stream";

import { blobPath } from "../source/blob-source.ts";
import { dockerManifestJson, indexJson, layoutBlobs, layoutDescriptors, layoutMarker } from "../layout/layout-files.ts";
import type { Outgoing, OutgoingBlob, TransferProgress } from "../transport.ts";
import { verifiedBlob } from "../source/verified-blob.ts";

export interface ArchiveOptions {
  /** `docker` adds `manifest.json`. */
  readonly style?: "docker" | "oci";
  /** Names to record; those of the image when absent. */
  readonly tags?: readonly string[];
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/**
 * The archive as a stream, byte-identical for identical input. The small files come first, so that a reader of the stream knows what it
 * is reading; each blob is checked against its digest while it is written.
 */
export function archiveStream(outgoing: Outgoing, options: ArchiveOptions = {}): Readable {
  return Readable.from(archiveChunks(outgoing, options), { objectMode: false });
}

async function* archiveChunks(outgoing: Outgoing, options: ArchiveOptions): AsyncGenerator<Buffer, void, undefined> {
  const { pack } = await import("tar-stream");
  const archive = pack();
  fill(archive, outgoing, options).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  for await (const chunk of archive) yield chunk as Buffer;
}

async function fill(archive: Pack, outgoing: Outgoing, options: ArchiveOptions): Promise<void> {
  const style = options.style ?? "docker";
  const tags = options.tags ?? outgoing.tags;
  small(archive, "oci-layout", layoutMarker);
  small(archive, "index.json", indexJson(layoutDescriptors(outgoing, tags, style)));
  if (style === "docker") small(archive, "manifest.json", dockerManifestJson(outgoing, tags));
  directory(archive, "blobs/");
  directory(archive, "blobs/sha256/");
  for (const blob of layoutBlobs(outgoing)) await copyBlob(archive, blob, options.onProgress);
}

const epoch = new Date(0);

function small(archive: Pack, name: string, bytes: Buffer): void {
  archive.entry({ name, mode: 0o644, mtime: epoch }, bytes);
}

function directory(archive: Pack, name: string): void {
  archive.entry({ name, type: "directory", mode: 0o755, mtime: epoch });
}

async function copyBlob(archive: Pack, blob: OutgoingBlob, onProgress: ArchiveOptions["onProgress"]): Promise<void> {
  const { digest, size } = blob.descriptor;
  const entry = archive.entry({ name: blobPath(digest), size, mode: 0o644, mtime: epoch });
  // Destroying the archive also fails its open entry; the archive itself reports the error.
  entry.on("error", () => {});
  // streamx has no promise for "drained". Destroying the archive ends the wait too.
  let wake = (): void => {};
  entry.on("drain", () => wake());
  entry.on("close", () => wake());
  let bytes = 0;
  for await (const chunk of verifiedBlob(blob)) {
    if (!entry.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
    if (archive.destroyed) return;
    bytes += chunk.length;
    onProgress?.({ what: digest, bytes, totalBytes: size, state: "running" });
  }
  await new Promise<void>((resolve) => {
    wake = resolve;
    entry.end(null);
  });
  onProgress?.({ what: digest, bytes, totalBytes: size, state: "done" });
}
