/** The images and layers of one root of containers/storage under one driver, as its JSON files list them. Nothing is locked or written. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { field, isObject, parseJson, stringField, stringMapOf, stringsOf } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import type { Driver } from "./place.ts";

export interface StoredImage {
  /** Usually the hex digits of the config's digest. */
  readonly id: string;
  /** Digest of the manifest it was pulled by. */
  readonly digest: Digest | null;
  readonly names: readonly string[];
  /** Top of its chain of layers; null for an image without layers. */
  readonly layer: string | null;
  /** Documents kept for the image (`manifest`, `sha256:…` for the config), and the digest of each. */
  readonly documents: Readonly<Record<string, string>>;
  readonly created: string | null;
}

export interface StoredLayer {
  readonly id: string;
  readonly parent: string | null;
  /** Bytes of the uncompressed tar; null where the store does not say. */
  readonly bytes: number | null;
}

/** Maximum bytes of a store's JSON; with ten thousand layers it has some megabytes. */
const maxStoreJson = 256 * 1024 * 1024;
/** Maximum number of layers of an image; engines stop at 128. */
const maxChain = 1000;

export class Store {
  readonly root: string;
  readonly driver: Driver;
  readonly images: readonly StoredImage[];
  readonly #layers: ReadonlyMap<string, StoredLayer>;

  private constructor(root: string, driver: Driver, images: readonly StoredImage[], layers: ReadonlyMap<string, StoredLayer>) {
    this.root = root;
    this.driver = driver;
    this.images = images;
    this.#layers = layers;
  }

  /** Null when nothing is kept under this driver here. @throws {BallastError} read-failed, manifest-invalid */
  static async open(root: string, driver: Driver): Promise<Store | null> {
    const images = await readRows(join(root, `${driver}-images`, "images.json"));
    if (images === null) return null;
    const layers = new Map<string, StoredLayer>();
    // The second holds layers that need not survive a reboot.
    for (const name of ["layers.json", "volatile-layers.json"]) {
      for (const row of (await readRows(join(root, `${driver}-layers`, name))) ?? []) {
        const id = idOf(row, "id");
        if (id !== null) layers.set(id, { id, parent: idOf(row, "parent"), bytes: sizeOf(row) });
      }
    }
    return new Store(root, driver, images.flatMap(imageOf), layers);
  }

  /** For messages. */
  get name(): string {
    return `${this.root} (${this.driver})`;
  }

  layer(id: string): StoredLayer | null {
    return this.#layers.get(id) ?? null;
  }

  /** Where the store keeps how the layer's tar was put together. */
  tarSplitPath(id: string): string {
    return join(this.root, `${this.driver}-layers`, `${id}.tar-split.gz`);
  }

  /** The directory of the layer's files: with overlay only its own, with vfs also those of the layers below. */
  filesPath(id: string): string {
    return this.driver === "overlay" ? join(this.root, "overlay", id, "diff") : join(this.root, "vfs", "dir", id);
  }

  /** One of an image's documents; null when it is not kept. @throws {BallastError} read-failed, limit-exceeded */
  async document(image: StoredImage, key: string): Promise<Buffer | null> {
    if (image.documents[key] === undefined) return null;
    return readIfThere(join(this.root, `${this.driver}-images`, image.id, documentFile(key)));
  }
}

/** The image's layers, looked up in the given stores, the lowest first. @throws {BallastError} blob-missing */
export function chainOf(stores: readonly Store[], image: StoredImage): { readonly store: Store; readonly layer: StoredLayer }[] {
  const chain = [];
  for (let id = image.layer; id !== null;) {
    const top = id;
    const store = stores.find((each) => each.layer(top) !== null);
    const layer = store?.layer(top) ?? null;
    if (store === undefined || layer === null || chain.length >= maxChain) {
      throw new BallastError("blob-missing", `layer ${top.slice(0, 12)} of image ${image.id.slice(0, 12)} is not in ${stores[0]!.root}`, {
        hint: "the store is damaged, or an additional image store is missing: `podman system check`, or pull the image again",
      });
    }
    chain.unshift({ store, layer });
    id = layer.parent;
  }
  return chain;
}

/** containers/storage keeps names of lower-case letters, digits and dots as they are, and others as base64. */
function documentFile(key: string): string {
  return /^[.0-9a-z]*$/.test(key) ? key : `=${Buffer.from(key).toString("base64")}`;
}

async function readRows(path: string): Promise<JsonObject[] | null> {
  const bytes = await readIfThere(path);
  if (bytes === null) return null;
  if (bytes.length === 0) return [];
  const rows = parseJson(bytes, path, maxStoreJson);
  if (rows === null) return [];
  if (!Array.isArray(rows))
    throw new BallastError("manifest-invalid", `${path} is not a list`, { hint: "the store is damaged: `podman system check`" });
  return rows.filter(isObject);
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(path);
    if (size > maxStoreJson) throw new BallastError("limit-exceeded", `${path} has ${size} bytes; over ${maxStoreJson} are refused`);
    return await readFile(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw storeError(path, error);
  }
}

/** Makes file system errors readable. A rootless store has files of users that exist only in its namespace. */
export function storeError(path: string, error: unknown): unknown {
  const code = error instanceof BallastError ? undefined : systemErrorCode(error);
  if (code === undefined) return error;
  if (code === "EACCES" || code === "EPERM") {
    return new BallastError(
      "read-failed",
      `${path} cannot be read: permission denied: it belongs to another user, or to one of a container`,
      {
        hint: "read a rootless store as its owner with `podman unshare ballast …` and another as root, or ask the engine: podman:NAME",
        cause: error,
      },
    );
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new BallastError("blob-missing", `${path} is not there, though the store lists it`, {
      hint: "the store is damaged, or the image was removed just now: `podman system check`",
      cause: error,
    });
  }
  return new BallastError("read-failed", `${path} cannot be read: ${code}`, { cause: error });
}

function imageOf(row: JsonObject): StoredImage[] {
  const id = idOf(row, "id");
  if (id === null) return [];
  const digest = field(row, "digest");
  const digests = stringMapOf(field(row, "big-data-digests"));
  // Old stores list only the names.
  const documents = Object.fromEntries(stringsOf(field(row, "big-data-names")).map((name) => [name, digests[name] ?? ""]));
  return [
    {
      id,
      digest: isDigest(digest) ? digest : null,
      names: stringsOf(field(row, "names")),
      layer: idOf(row, "layer"),
      documents,
      created: stringField(row, "created") ?? null,
    },
  ];
}

/** Strict, because an ID becomes part of a path. */
function idOf(row: JsonObject, key: string): string | null {
  const id = stringField(row, key);
  return id !== undefined && /^[0-9a-zA-Z][0-9a-zA-Z_.-]*$/.test(id) ? id : null;
}

function sizeOf(row: JsonObject): number | null {
  const size = field(row, "diff-size");
  return typeof size === "number" && Number.isSafeInteger(size) && size > 0 ? size : null;
}
