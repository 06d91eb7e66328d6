/**
 * Writes a file or a directory out of an image that a stranger made. Everything goes under one name that did not exist before, each
 * directory is made here, and nothing is ever written through a link from the image.
 */
import { chmod, link, lstat, mkdir, open, rename, rm, rmdir, symlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import { BallastError, systemErrorCode } from "../base/errors.ts";
import { makeDirectory } from "../base/files/make-directory.ts";
import { besideName, sweepAbandoned } from "../base/files/owner.ts";
import { writeError } from "../base/files/write-error.ts";
import type { FileNode, FileTree, Inode } from "../filesystem/file-tree.ts";
import { displayPath } from "../filesystem/paths.ts";
import type { Layer } from "../image/image.ts";
import { readPieces } from "../scan/content/content.ts";
import { EntryType } from "../tar/entry.ts";
import { inodeAt, linkOf, metadataOf } from "../filesystem/compare.ts";

export interface Extracted {
  /** What was made, to print. */
  readonly path: string;
  readonly files: number;
  /** Devices, sockets and names no file system takes. */
  readonly skipped: number;
}

interface PlannedFile {
  readonly target: Buffer;
  readonly mode: number;
}

/**
 * Extracts `node` as the layers up to `layer` show it, into `directory`, under its own name. On failure nothing is left there.
 * @throws {BallastError} destination-exists, write-failed, and whatever reading the layer throws; the signal's reason
 */
export async function extractNode(
  tree: FileTree,
  layers: readonly Layer[],
  node: FileNode,
  layer: number,
  directory: string,
  signal?: AbortSignal,
): Promise<Extracted> {
  const inode = inodeAt(node, layer);
  if (inode === null) throw new BallastError("path-not-found", `${displayPath(node.path)} does not exist in this view`);
  const name = node.name === "" ? "rootfs" : node.name;
  const target = join(Buffer.from(directory, "utf8"), name);
  await refuseExisting(target);
  const job = new Extraction(tree, layer, signal);
  const partial = besideName(`${directory}/extracted`);
  let made: readonly string[] = [];
  try {
    made = makeDirectory(directory);
    await sweepAbandoned(directory);
    await job.plan(node, inode, Buffer.from(partial, "utf8"));
    await job.write(layers);
    await giveName(partial, target, inode.type);
  } catch (error) {
    // If nothing could be made, removing it may fail too; the first error is the one worth reporting.
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    for (const path of made) await rmdir(path).catch(() => {});
    if (systemErrorCode(error) === "EEXIST") throw alreadyThere(target, error);
    throw writeError(target.toString("utf8"), error);
  }
  return { path: target.toString("utf8"), files: job.files, skipped: job.skipped };
}

async function refuseExisting(target: Buffer): Promise<void> {
  const there = await lstat(target).catch(() => null);
  if (there !== null) throw alreadyThere(target);
}

function alreadyThere(target: Buffer, cause?: unknown): BallastError {
  return new BallastError("destination-exists", `${target.toString("utf8")} exists already`, {
    hint: "choose another directory, or remove it first",
    cause,
  });
}

/** Does not take a name that somebody else has taken in the meantime. For files a hard link ensures that in one step; directories allow none. */
async function giveName(partial: string, target: Buffer, type: EntryType): Promise<void> {
  if (type !== EntryType.directory) {
    const isLinked = await link(partial, target).then(
      () => true,
      (error: unknown) => {
        if (systemErrorCode(error) === "EEXIST") throw error;
        return false;
      },
    );
    if (isLinked) return rm(partial, { force: true });
  }
  await refuseExisting(target);
  await rename(partial, target);
}

function join(parent: Buffer, name: string): Buffer {
  return Buffer.concat([parent, Buffer.from("/"), Buffer.from(name, "latin1")]);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}

class Extraction {
  files = 0;
  skipped = 0;
  readonly #tree: FileTree;
  readonly #layer: number;
  readonly #signal: AbortSignal | undefined;
  /** By layer and entry: hard links of one inode are written once each. */
  readonly #wanted = new Map<number, Map<number, PlannedFile[]>>();
  /** Directories get their own mode last: a read-only one could not be filled. */
  readonly #directoryModes: PlannedFile[] = [];

  constructor(tree: FileTree, layer: number, signal: AbortSignal | undefined) {
    this.#tree = tree;
    this.#layer = layer;
    this.#signal = signal;
  }

  async plan(node: FileNode, inode: Inode, target: Buffer): Promise<void> {
    const { catalogs } = this.#tree;
    // setuid and setgid are not carried over, and the owner can always read what was extracted.
    const mode = (metadataOf(catalogs, inode).mode & 0o777) | 0o400;
    switch (inode.type) {
      case EntryType.directory:
        await mkdir(target, { mode: 0o700 });
        this.#directoryModes.push({ target, mode: mode | 0o300 });
        for (const child of (node.children ?? new Map<string, FileNode>()).values()) {
          const shown = inodeAt(child, this.#layer);
          if (shown === null) continue;
          if (child.name.includes("\0")) this.skipped += 1;
          else await this.plan(child, shown, join(target, child.name));
        }
        return;
      case EntryType.file: {
        let entries = this.#wanted.get(inode.layer);
        if (entries === undefined) this.#wanted.set(inode.layer, (entries = new Map()));
        const files = entries.get(inode.entry);
        if (files === undefined) entries.set(inode.entry, [{ target, mode }]);
        else files.push({ target, mode });
        return;
      }
      case EntryType.symlink:
        await symlink(Buffer.from(linkOf(catalogs, inode), "latin1"), target);
        this.files += 1;
        return;
      default:
        this.skipped += 1;
    }
  }

  async write(layers: readonly Layer[]): Promise<void> {
    for (const [layer, entries] of this.#wanted) {
      const catalog = this.#tree.catalogs[layer]!;
      await readPieces(layers[layer]!, catalog, [...entries.keys()], async (entry, pieces) => {
        const files = await Promise.all(entries.get(entry)!.map(({ target, mode }) => open(target, "wx", mode)));
        try {
          // Holes stay holes: a 512-byte header can claim larger ones than any disk has room for.
          for await (const { position, bytes } of pieces) {
            this.#signal?.throwIfAborted();
            await Promise.all(files.map((file) => writeAll(file, bytes, position)));
          }
          await Promise.all(files.map((file) => file.truncate(catalog.size(entry))));
        } finally {
          await Promise.all(files.map((file) => file.close()));
        }
        this.files += files.length;
      });
    }
    for (const { target, mode } of this.#directoryModes.reverse()) await chmod(target, mode);
  }
}
