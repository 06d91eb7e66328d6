/** Images in a directory: an OCI layout, or what skopeo calls a `dir:`. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { fileBlob, readError } from "../source/blob-source.ts";
import type { BlobSource, StoredBlob } from "../source/blob-source.ts";
import { skopeoDirectory } from "./skopeo-directory.ts";

/**
 * Opens a layout, or what skopeo calls a `dir:`.
 * @param directory as the user wrote it.
 * @param asked the kind that must be there; null takes either.
 * @throws {BallastError} not-an-image when the directory is neither, read-failed; manifest-invalid and others of a `dir:`
 */
export async function openDirectory(directory: string, asked: "oci" | "dir" | null): Promise<OpenedDirectory> {
  const files = new DirectorySource(directory);
  const isLayout = (await files.find("index.json")) !== null;
  if (isLayout && asked !== "dir") return { source: files, transport: "oci" };
  const manifest = isLayout || (await files.find("version")) === null ? null : await files.find("manifest.json");
  if (manifest !== null && asked !== "oci") return { source: await skopeoDirectory(files, manifest), transport: "dir" };
  if (asked === "dir") {
    throw new BallastError("not-an-image", `${directory} is not what skopeo calls a "dir:": it has no manifest.json beside a version`, {
      hint: isLayout ? `it is an OCI layout: write oci:${directory}` : "give a directory that `skopeo copy … dir:DIRECTORY` wrote",
    });
  }
  if (manifest !== null) {
    throw new BallastError("not-an-image", `${directory} is not an OCI layout but what skopeo calls a "dir:"`, {
      hint: `write dir:${directory}`,
    });
  }
  if ((await files.find("oci-layout")) !== null) {
    throw new BallastError("not-an-image", `${directory} has an oci-layout file but no index.json`);
  }
  if ((await files.find("manifest.json")) !== null) {
    throw new BallastError("not-an-image", `${directory} has a manifest.json as archives of \`docker save\` have, and no index.json`, {
      hint: `pack it again, and open the archive: tar -C ${directory} -cf app.tar .`,
    });
  }
  const isContext = (await files.find("Dockerfile")) !== null || (await files.find("Containerfile")) !== null;
  throw new BallastError("not-an-image", `${directory} is not an OCI layout: it has no index.json`, {
    hint: isContext ? `it has a Dockerfile: \`ballast build ${directory}\` builds that, and shows the image` : undefined,
  });
}

interface OpenedDirectory {
  readonly source: BlobSource;
  readonly transport: "oci" | "dir";
}

class DirectorySource implements BlobSource {
  readonly name: string;

  constructor(directory: string) {
    this.name = directory;
  }

  /** Paths are constants or made from digests, so none leads out of the directory. */
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
    throw new BallastError("read-failed", `${file} is not a regular file`);
  }

  paths(): null {
    return null;
  }

  async close(): Promise<void> {}
}
