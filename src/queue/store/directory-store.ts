import { access, constants, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { systemErrorCode } from "../../base/errors.ts";
import { makeDirectory } from "../../base/files/make-directory.ts";
import { besideName } from "../../base/files/owner.ts";
import { writeError } from "../../base/files/write-error.ts";
import { readError } from "../../transports/source/blob-source.ts";
import type { ResultStore } from "./store.ts";

/** A directory that all machines share, each under a path of its own. @throws {BallastError} write-failed */
export async function openDirectoryStore(text: string): Promise<ResultStore> {
  const path = text.startsWith("file:///") ? fileURLToPath(text) : resolve(text);
  try {
    makeDirectory(path, 0o700);
    await access(path, constants.W_OK);
  } catch (error) {
    throw writeError(path, error);
  }
  return new DirectoryStore(path);
}

class DirectoryStore implements ResultStore {
  readonly address = "directory";
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async has(name: string): Promise<boolean> {
    return access(this.#place(name)).then(
      () => true,
      () => false,
    );
  }

  async get(name: string): Promise<Buffer | null> {
    try {
      return await readFile(this.#place(name));
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") return null;
      throw readError(this.#place(name), error);
    }
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const path = this.#place(name);
    const beside = besideName(path);
    try {
      makeDirectory(dirname(path), 0o700);
      await writeFile(beside, bytes, { mode: 0o600, flag: "wx" });
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw writeError(path, error);
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#place(name), { force: true });
  }

  /** One directory per first two characters of a name: a million files in one are slow to list on some file systems. */
  #place(name: string): string {
    const slash = name.lastIndexOf("/") + 1;
    return join(this.#path, name.slice(0, slash), name.slice(slash, slash + 2), name.slice(slash));
  }
}
