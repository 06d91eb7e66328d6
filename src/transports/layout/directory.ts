/** An OCI layout in a directory. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { fileBlob, readError } from "../source/blob-source.ts";
import type { BlobSource, StoredBlob } from "../source/blob-source.ts";

/**
 * @param directory as the person wrote it.
 * @throws {BallastError} not-an-image when the directory is no layout, read-failed
 */
export async function openDirectory(directory: string): Promise<BlobSource> {
  const source = new DirectorySource(directory);
  const isLayout = (await source.find("index.json")) !== null;
  if (isLayout) return source;
  if ((await source.find("oci-layout")) !== null) {
    throw new BallastError("not-an-image", `${directory} has an oci-layout file but no index.json`);
  }
  if ((await source.find("version")) !== null && (await source.find("manifest.json")) !== null) {
    throw new BallastError("not-an-image", `${directory} is no OCI layout but what skopeo calls a "dir:"`, {
      hint: `make a layout of it: skopeo copy dir:${directory} oci:LAYOUT`,
    });
  }
  throw new BallastError("not-an-image", `${directory} is no OCI layout: it has no index.json`);
}

class DirectorySource implements BlobSource {
  readonly name: string;

  constructor(directory: string) {
    this.name = directory;
  }

  /** The paths asked for are ours or made of digests, so none leads out of the directory. */
  async find(path: string): Promise<StoredBlob | null> {
    const file = join(this.name, path);
    try {
      const stats = await stat(file);
      if (stats.isFile()) return fileBlob(path, { path: file, offset: 0, size: stats.size });
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") throw readError(file, error);
      return null;
    }
    throw new BallastError("read-failed", `${file} is no regular file`);
  }

  paths(): null {
    return null;
  }

  async close(): Promise<void> {}
}
