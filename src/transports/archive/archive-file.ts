/** An uncompressed archive in a file: its members are found by seeking from header to header, and read in place. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { BallastError } from "../../base/errors.ts";
import { displayBytes } from "../../filesystem/paths.ts";
import { walkTarFile } from "../../tar/read/walk.ts";
import type { KnownDigests } from "../../image/image.ts";
import type { TarWarning } from "../../tar/read/warning.ts";
import { fileBlob, readError } from "../source/blob-source.ts";
import type { ArchiveSource, StoredBlob } from "../source/blob-source.ts";
import { foreignBehindZeros, furthestMark } from "./foreign-file.ts";
import { ArchiveMembers } from "./members.ts";

interface Extent {
  readonly offset: number;
  readonly size: number;
}

export interface ArchiveFileOptions {
  /** For messages. */
  readonly name: string;
  readonly path: string;
  readonly digests?: KnownDigests | undefined;
  /** Removes the file when it is a spooled copy. */
  readonly remove?: () => Promise<void>;
}

/** @throws {BallastError} read-failed, not-an-image when the file does not even begin as a tar archive */
export function openArchiveFile(options: ArchiveFileOptions): ArchiveSource {
  const members = new ArchiveMembers<Extent>(options.name);
  const { damage, hasEnd, bytes } = walk(options, members);
  return {
    name: options.name,
    digests: options.digests,
    outside: members.outside,
    hasEnd,
    find: async (path) => {
      const found = members.find(path);
      // It may lie beyond the damage: "missing" would blame the wrong thing.
      if (found === null && damage !== null) throw damage;
      return found === null ? null : blobOf(found.path, found.content, { path: options.path, fileBytes: bytes });
    },
    paths: () => members.paths(),
    close: async () => options.remove?.(),
  };
}

function blobOf(path: string, extent: Extent, file: { readonly path: string; readonly fileBytes: number }): StoredBlob {
  return fileBlob(displayBytes(path), { ...file, offset: extent.offset, size: extent.size });
}

interface Walked {
  readonly damage: BallastError | null;
  readonly hasEnd: boolean;
  /** Of the whole file. */
  readonly bytes: number;
}

/** Collects what can be read, and reports what is wrong with the rest. */
function walk({ name, path }: ArchiveFileOptions, members: ArchiveMembers<Extent>): Walked {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    throw readError(path, error);
  }
  let entries = 0;
  let bytes = 0;
  try {
    bytes = fstatSync(fd).size;
    const { warnings } = walkTarFile(fd, 0, bytes, (entry) => {
      entries += 1;
      members.add(entry, () => ({ offset: entry.dataOffset, size: entry.storedSize }));
    });
    if (entries === 0) refuseFileSystem(fd, name);
    return { damage: null, hasEnd: !isCutOff(warnings), bytes };
  } catch (error) {
    if (error instanceof BallastError && error.code === "not-an-image") throw error;
    if (!(error instanceof BallastError)) throw readError(path, error);
    if (entries === 0) throw new BallastError("not-an-image", `${name} is not a tar archive`, { cause: error });
    return { damage: damaged(name, error), hasEnd: false, bytes };
  } finally {
    closeSync(fd);
  }
}

/** @throws {BallastError} not-an-image */
function refuseFileSystem(fd: number, name: string): void {
  const head = Buffer.alloc(furthestMark);
  const foreign = foreignBehindZeros(head.subarray(0, readSync(fd, head, 0, furthestMark, 0)), name);
  if (foreign !== null) throw foreign;
}

/** Whether the archive stops without its end mark, for example because it was cut off between two members. */
export function isCutOff(warnings: readonly TarWarning[]): boolean {
  return warnings.some(({ code }) => code === "tar-missing-end");
}

/** Rewords the tar reader's error for an outer archive, which is not a layer. */
export function damaged(name: string, error: BallastError): BallastError {
  if (error.code !== "layer-invalid") return error;
  return new BallastError("blob-corrupt", `${name} is damaged: ${error.message}`, {
    hint: "the archive is cut off or was changed; save the image again",
    cause: error,
  });
}
