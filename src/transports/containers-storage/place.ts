/** Where podman, buildah, skopeo and CRI-O keep images (containers-storage.conf(5)), and the names that say so (containers-transports(5)). */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";

/** `[driver@root+runroot:options]NAME`, taken apart. */
export interface StorageName {
  /** A name, an ID or the beginning of one, `NAME@ID`, `NAME@sha256:…`. */
  readonly image: string;
  readonly root: string | null;
  readonly driver: Driver | null;
}

/** The storage drivers that can be read. */
export const drivers = ["overlay", "vfs"] as const;
export type Driver = (typeof drivers)[number];

export interface StoragePlace {
  /** Directories that hold images; engines write to the first. */
  readonly roots: readonly string[];
  /** Null stands for whichever is there. */
  readonly driver: Driver | null;
}

/** @throws {BallastError} bad-argument, unsupported-image (another driver) */
export function parseStorageName(text: string): StorageName {
  const form = { hint: "write containers-storage:[DRIVER@ROOT]NAME, or containers-storage:NAME for the usual place" };
  const [, store, image] = /^(?:\[([^\]]*)\])?(.*)$/s.exec(text)!;
  if (image === "") throw new BallastError("bad-argument", `"containers-storage:${text}" names no image`, form);
  if (store === undefined) return { image: image!, root: null, driver: null };
  // The run root holds what is mounted now, and options say how to mount: neither matters to a reader.
  const [, driver, root] = /^(?:([^@/]*)@)?(\/[^+:]*)?(?:\+[^:]*)?(?::.*)?$/s.exec(store) ?? [];
  if (root === undefined && driver === undefined) {
    throw new BallastError("bad-argument", `"${store}" is not a place of images: the directory has to be absolute`, form);
  }
  return { image: image!, root: root ?? null, driver: driver === undefined || driver === "" ? null : knownDriver(driver, `[${store}]`) };
}

/**
 * The usual place, or the one that storage.conf and the environment name.
 * @throws {BallastError} bad-config, unsupported-image (another driver)
 */
export async function usualPlace(env: NodeJS.ProcessEnv, uid: number): Promise<StoragePlace> {
  const home = env["HOME"] || homedir();
  const ownConfig = join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "storage.conf");
  const system = ["/etc/containers/storage.conf", "/usr/share/containers/storage.conf"];
  const explicit = env["CONTAINERS_STORAGE_CONF"];
  const isRoot = uid === 0;
  const files = explicit ? [explicit] : isRoot ? system : [ownConfig, ...system];
  const ownRoot = join(env["XDG_DATA_HOME"] || join(home, ".local/share"), "containers", "storage");
  let config: StorageConfig = {};
  let from = "";
  for (const file of files) {
    const read = await readConfig(file);
    if (read === null) continue;
    config = read;
    from = file;
    break;
  }
  const expand = (path: string): string =>
    path.replace(/\$(HOME|USER|UID)\b/g, (_, name) => ({ HOME: home, USER: env["USER"] ?? "", UID: String(uid) })[name as string]!);
  // `graphroot` in the system's file is the place of root's images.
  const isOwn = isRoot || explicit !== undefined || from === ownConfig;
  const rootless = isRoot ? undefined : config.rootless_storage_path;
  const root = rootless || (isOwn ? config.graphroot : undefined) || (isRoot ? "/var/lib/containers/storage" : ownRoot);
  const driver = env["STORAGE_DRIVER"] || config.driver;
  return {
    roots: [root, ...(config.additionalimagestores ?? [])].map(expand),
    driver: driver === undefined || driver === "" ? null : knownDriver(driver, env["STORAGE_DRIVER"] ? "STORAGE_DRIVER" : from),
  };
}

interface StorageConfig {
  readonly driver?: string;
  readonly graphroot?: string;
  readonly rootless_storage_path?: string;
  readonly additionalimagestores?: readonly string[];
}

async function readConfig(file: string): Promise<StorageConfig | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return null;
    throw new BallastError("bad-config", `${file} cannot be read: ${systemErrorCode(error) ?? String(error)}`, { cause: error });
  }
  const { parse } = await import("smol-toml");
  let storage: unknown;
  try {
    storage = parse(text)["storage"];
  } catch (error) {
    throw new BallastError("bad-config", `${file} is not valid TOML`, {
      hint: "correct the file; `man containers-storage.conf`",
      cause: error,
    });
  }
  const table = asTable(storage);
  const stores = asTable(table["options"])["additionalimagestores"];
  return {
    ...textOf(table, "driver"),
    ...textOf(table, "graphroot"),
    ...textOf(table, "rootless_storage_path"),
    additionalimagestores: Array.isArray(stores) ? stores.filter((store): store is string => typeof store === "string") : [],
  };
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(table: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, string>> {
  const value = table[key];
  return typeof value === "string" && value !== "" ? { [key]: value } : {};
}

function knownDriver(driver: string, where: string): Driver {
  if (driver === "overlay2") return "overlay";
  const known = drivers.find((each) => each === driver);
  if (known !== undefined) return known;
  throw new BallastError("unsupported-image", `${where} names the storage driver ${driver}, which Ballast does not read`, {
    hint: `${drivers.join(" and ")} are read; otherwise ask the engine: podman:NAME, or \`podman save NAME | ballast -\``,
  });
}
