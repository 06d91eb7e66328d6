/** Opens images in files, directories or standard input. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { pipeline } from "node:stream";
import type { Readable } from "node:stream";

import { createDecompressor } from "../compression/decompress.ts";
import { sniffBytes, sniffCompression } from "../compression/sniff.ts";
import type { ReadableCompression } from "../compression/sniff.ts";
import { BallastError } from "../base/errors.ts";
import type { TransportName } from "../image/image.ts";
import type { Warning } from "../image/warning.ts";
import { openArchiveFile } from "./archive/archive-file.ts";
import { readArchiveStream } from "./archive/archive-stream.ts";
import { foreignFile } from "./archive/foreign-file.ts";
import { archiveContent } from "./archive/candidates.ts";
import { spool } from "./archive/spool.ts";
import { readError } from "./source/blob-source.ts";
import { openWaiting } from "./source/open-waiting.ts";
import type { ArchiveSource, BlobSource } from "./source/blob-source.ts";
import { loadImages } from "./source/image-set.ts";
import type { SourceContent } from "./source/image-set.ts";
import { layoutCandidates, layoutMarkerWarning } from "./layout/candidates.ts";
import { openDirectory } from "./layout/directory.ts";
import type { LocalName } from "./name.ts";
import { Peeked } from "./source/peeked.ts";
import type { ImageSet, OpenOptions } from "./transport.ts";

/**
 * Opens a file or directory.
 * @param reference what the user typed, the name to print.
 * @throws {BallastError} not-an-image, unsupported-image, blob-missing, digest-mismatch, platform-not-found, ambiguous-image, …
 */
export async function openLocal(name: LocalName, reference: string, options: OpenOptions): Promise<ImageSet> {
  const { source, content } = await openContent(name, options);
  return loadImages(source, content, { ...name, platform: options.platform }, reference, options);
}

/** A file or directory with all images in it, before one is chosen. */
export interface LocalContent {
  /** To be closed by the caller. */
  readonly source: BlobSource;
  readonly content: SourceContent;
}

/** @throws {BallastError} as `openLocal`, except for what is wrong with one of its images */
export async function openContent({ path, transport }: LocalName, options: OpenOptions): Promise<LocalContent> {
  const isDirectory = isDirectoryAt(path);
  if (transport === "docker-archive" || transport === "oci-archive") {
    if (!isDirectory) return openArchiveContent(await openFile(path, options), transport, options);
    throw new BallastError("not-an-image", `${path} is a directory; ${transport}: opens a file`, {
      hint: `write oci:${path} for a layout directory`,
    });
  }
  if (isDirectory) {
    const { source, transport: found } = await openDirectory(path, transport);
    const warnings = found === "oci" ? await layoutMarkerWarning(source) : [];
    return { source, content: { candidates: await layoutCandidates(source, options.verify), transport: found, warnings } };
  }
  if (transport !== null) {
    throw new BallastError("not-an-image", `${path} is a file; ${transport}: opens a directory`, {
      hint: `write oci-archive:${path} for a layout in a tar archive`,
    });
  }
  return openArchiveContent(await openFile(path, options), null, options);
}

async function openArchiveContent(
  source: ArchiveSource,
  asked: "docker-archive" | "oci-archive" | null,
  options: OpenOptions,
): Promise<LocalContent> {
  return { source, content: await contentOf(source, asked, options) };
}

/** What a stream is, and which of its images is wanted. */
export interface StreamName {
  /** For messages: "standard input", "the daemon's archive of app:1". */
  readonly what: string;
  /** The name to print; null takes the tag found in the archive. */
  readonly reference: string | null;
  readonly tag: string | null;
  /** Where the image says it comes from; null for what was detected. */
  readonly transport: TransportName | null;
}

/**
 * Opens an archive that can only be read once, plain or compressed. Layers go to `options.onLayerBlob` as they arrive; without it the
 * archive is copied to a temporary file first.
 * @throws {BallastError} as `openLocal`
 */
export async function openArchiveStream(input: Readable, name: StreamName, options: OpenOptions): Promise<ImageSet> {
  const source = await sourceOfStream(input, name.what, null, options);
  const selection = { tag: name.tag, digest: null, position: null, platform: options.platform };
  return openArchive(source, selection, name.reference, options, name.transport);
}

async function openArchive(
  source: ArchiveSource,
  selection: Parameters<typeof loadImages>[2],
  reference: string | null,
  options: OpenOptions,
  transport: TransportName | null,
): Promise<ImageSet> {
  const content = await contentOf(source, null, options);
  return loadImages(source, { ...content, transport: transport ?? content.transport }, selection, reference, options);
}

/** Closes the source when it holds nothing that can be read. */
async function contentOf(
  source: ArchiveSource,
  asked: "docker-archive" | "oci-archive" | null,
  options: OpenOptions,
): Promise<SourceContent> {
  try {
    const content = await archiveContent(source, asked, options.verify);
    return { ...content, warnings: [...content.warnings, ...outsideWarning(source)] };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function isDirectoryAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw readError(path, error);
  }
}

async function openFile(path: string, options: OpenOptions): Promise<ArchiveSource> {
  const plain = headOfPlainFile(path);
  if (plain !== null && archiveKind(plain, path) === "none") return openArchiveFile({ name: path, path, digests: options.digests });
  const handle = await openWaiting(path, options.signal);
  let head: Buffer;
  try {
    const stats = await handle.stat();
    if (stats.isCharacterDevice() || stats.isBlockDevice()) throw new BallastError("not-an-image", `${path} is a device, not an archive`);
    // Process substitutions and FIFOs can be read only once.
    if (!stats.isFile()) return await sourceOfStream(handle.createReadStream({ highWaterMark: 1024 * 1024 }), path, null, options);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    head = buffer.subarray(0, bytesRead);
    const kind = archiveKind(head, path);
    if (kind === "none") return openArchiveFile({ name: path, path, digests: options.digests });
    const stream = handle.createReadStream({ start: 0, highWaterMark: 1024 * 1024, autoClose: false });
    return await sourceOfStream(stream, path, stats.size, options);
  } finally {
    await handle.close();
  }
}

/**
 * The beginning of a regular file, read synchronously because Node's thread pool takes longer. Null for a FIFO, which is not even opened,
 * since its writer would take that for a reader, and for what cannot be read, which the asynchronous way reports.
 */
function headOfPlainFile(path: string): Buffer | null {
  try {
    if (!statSync(path).isFile()) return null;
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const head = Buffer.alloc(sniffBytes);
      return fstatSync(fd).isFile() ? head.subarray(0, readSync(fd, head, 0, sniffBytes, 0)) : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** @throws {BallastError} not-an-image, unsupported-image */
function archiveKind(head: Buffer, name: string): ReadableCompression {
  if (head.length === 0) throw new BallastError("not-an-image", `${name} is empty`);
  const kind = sniffCompression(head);
  if (kind !== "unknown") return kind;
  const foreign = foreignFile(head, name);
  if (foreign !== null) throw foreign;
  const message = `${name} is not an image archive: it is neither a tar archive nor compressed with gzip, zstd, xz or bzip2`;
  throw new BallastError("not-an-image", message);
}

/** @param size bytes of the stream, where they are known */
async function sourceOfStream(input: Readable, name: string, size: number | null, options: OpenOptions): Promise<ArchiveSource> {
  const abort = (): void => void input.destroy(new Error("interrupted"));
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    const whole = new Peeked(input);
    const kind = archiveKind(await whole.head(sniffBytes), name);
    const archive = kind === "none" ? whole : await unpacked(whole, kind, name);
    if (options.onLayerBlob !== undefined) return await readArchiveStream(name, archive, options.onLayerBlob);
    const { Readable } = await import("node:stream");
    const packedBytes = kind === "none" ? null : () => whole.bytes;
    const told = telling(archive, () => {
      options.onProgress?.({ what: name, bytes: whole.bytes, totalBytes: size, state: "running", isLocal: true });
    });
    const copy = await spool(Readable.from(told, { objectMode: false, highWaterMark: 1024 * 1024 }), name, packedBytes, options.signal);
    try {
      return openArchiveFile({ name, path: copy.path, remove: copy.remove });
    } catch (error) {
      await copy.remove();
      throw error;
    }
  } catch (error) {
    input.destroy();
    options.signal?.throwIfAborted();
    throw inStream(error, name);
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** The same chunks; reports each before it is passed on. */
async function* telling(chunks: AsyncIterable<Buffer>, tell: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    tell();
    yield chunk;
  }
}

/** Adds the source's name, which the decompressor does not know. */
function inStream(error: unknown, name: string): unknown {
  if (!(error instanceof BallastError) || error.message.startsWith(name)) return error;
  if (error.code === "unsupported-image" && !error.message.includes(name)) {
    return new BallastError(error.code, `${name} is not read: ${error.message}`, { hint: error.hint, cause: error });
  }
  if (error.code !== "blob-corrupt") return error;
  return new BallastError("blob-corrupt", `${name} is damaged: ${error.message}`, { hint: "save or copy the image again", cause: error });
}

/** What is packed inside; it must be an archive itself. @throws {BallastError} not-an-image, unsupported-image, blob-corrupt */
async function unpacked(input: Peeked, kind: Exclude<ReadableCompression, "none">, name: string): Promise<Peeked> {
  const { Readable } = await import("node:stream");
  const decompressor = await createDecompressor(kind);
  // Errors reach the reader through the decompressor, which the pipeline destroys with them.
  pipeline(Readable.from(input, { objectMode: false }), decompressor, () => {});
  const inside = new Peeked(decompressor);
  const head = await inside.head(sniffBytes);
  const innerKind = sniffCompression(head);
  const foreign = innerKind === "unknown" ? foreignFile(head, `what is packed in ${name}`) : null;
  if (innerKind === "none" || (innerKind === "unknown" && foreign === null)) return inside;
  decompressor.destroy();
  const twice = `${name} is not an image archive: it is packed twice, with ${innerKind} and again with ${kind}`;
  throw foreign ?? new BallastError("not-an-image", twice, { hint: "unpack it once; no engine loads an image that is packed twice" });
}

function outsideWarning(source: ArchiveSource): Warning[] {
  const [first] = source.outside;
  if (first === undefined) return [];
  const more = source.outside.length > 1 ? ` and ${source.outside.length - 1} more` : "";
  return [
    { code: "archive-member-outside", message: `${source.name} has members that lead out of it, which were ignored: ${first}${more}` },
  ];
}
