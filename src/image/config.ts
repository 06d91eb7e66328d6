/**
 * The image config (OCI image-spec, config.md), as far as Ballast reads it. Unknown keys are never lost, because a config is rewritten by
 * editing its bytes, not this view.
 */
import { defined } from "../base/defined.ts";
import { BallastError } from "../base/errors.ts";
import type { Digest } from "./digest.ts";
import { isDigest } from "./digest.ts";
import type { JsonObject } from "./json.ts";
import { field, isObject, nameOfType, parseJsonObject, quote, stringField, stringMapOf, stringsOf } from "./json.ts";

export interface HistoryEntry {
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly emptyLayer?: boolean;
}

export interface Healthcheck {
  readonly test: readonly string[];
}

/** The `config` object: what a container made from the image runs with. */
export interface ContainerConfig {
  readonly user?: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workingDir?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly shell: readonly string[] | null;
  readonly onBuild: readonly string[];
  readonly healthcheck: Healthcheck | null;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created: string | null;
  readonly author?: string;
  readonly container: ContainerConfig;
  /** `rootfs.diff_ids`, bottom first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  /** The parsed JSON, for surfaces this view does not name (legacy `container_config`, build info). Never serialise it: numbers lose digits. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Parses an image config. Keys that Ballast does not use are ignored, as config.md demands; so are values of the wrong type, except for
 * those that everything else depends on.
 * @param what names the config in messages: `config sha256:1234… of app.tar`.
 * @throws {BallastError} manifest-invalid, limit-exceeded; unsupported-image when it is not a file system image.
 */
export function parseConfig(bytes: Uint8Array, what: string): ImageConfig {
  const json = parseJsonObject(bytes, what);
  const variant = stringField(json, "variant");
  const author = stringField(json, "author");
  return {
    // Older Docker versions wrote neither for images they imported; engines then assume their own.
    architecture: stringField(json, "architecture") ?? "unknown",
    os: stringField(json, "os") ?? "unknown",
    ...defined({ variant }),
    created: stringField(json, "created") ?? null,
    ...defined({ author }),
    container: parseContainer(field(json, "config")),
    diffIds: parseDiffIds(json, what),
    history: parseHistory(field(json, "history")),
    json,
  };
}

function parseDiffIds(json: JsonObject, what: string): Digest[] {
  const rootfs = field(json, "rootfs");
  if (!isObject(rootfs)) {
    throw new BallastError("manifest-invalid", `${what} has no rootfs: it is not the config of an image`);
  }
  const type = field(rootfs, "type");
  if (type !== undefined && type !== "layers") {
    throw new BallastError("unsupported-image", `${what} has a root file system of type ${quote(type)}; only "layers" is known`);
  }
  const diffIds = field(rootfs, "diff_ids") ?? [];
  if (!Array.isArray(diffIds)) {
    throw new BallastError("manifest-invalid", `rootfs.diff_ids of ${what} is ${nameOfType(diffIds)} where an array is expected`);
  }
  return diffIds.map((diffId, index) => {
    if (isDigest(diffId)) return diffId;
    throw new BallastError("manifest-invalid", `rootfs.diff_ids[${index}] of ${what} is not a sha256 or sha512 digest: ${quote(diffId)}`);
  });
}

function parseHistory(value: unknown): HistoryEntry[] {
  if (!Array.isArray(value)) return [];
  return value.map((row: unknown) => {
    if (!isObject(row)) return {};
    const created = stringField(row, "created");
    const createdBy = stringField(row, "created_by");
    const author = stringField(row, "author");
    const comment = stringField(row, "comment");
    return {
      ...defined({ created, createdBy, author, comment }),
      ...(field(row, "empty_layer") === true ? { emptyLayer: true } : {}),
    };
  });
}

function parseContainer(value: unknown): ContainerConfig {
  const json: JsonObject = isObject(value) ? value : {};
  const user = stringField(json, "User");
  const workingDir = stringField(json, "WorkingDir");
  const stopSignal = stringField(json, "StopSignal");
  const healthcheck = field(json, "Healthcheck");
  return {
    ...defined({ user }),
    env: stringsOf(field(json, "Env")),
    entrypoint: commandOf(field(json, "Entrypoint")),
    cmd: commandOf(field(json, "Cmd")),
    ...defined({ workingDir }),
    labels: stringMapOf(field(json, "Labels")),
    exposedPorts: keysOf(field(json, "ExposedPorts")),
    volumes: keysOf(field(json, "Volumes")),
    ...defined({ stopSignal }),
    shell: commandOf(field(json, "Shell")),
    onBuild: stringsOf(field(json, "OnBuild")),
    healthcheck: isObject(healthcheck) ? { test: stringsOf(field(healthcheck, "Test")) } : null,
  };
}

/** Docker once wrote a command as one string. */
function commandOf(value: unknown): readonly string[] | null {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? stringsOf(value) : null;
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : [];
}
