/** Finding an image in an engine: by tag, ID or digest, by a container made from it, or by pulling it. */
import type { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import { isObject } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import { formatPlatform, platformFit, platformFromJson, platformToJson } from "../../image/platform.ts";
import type { Platform } from "../../image/platform.ts";
import { familiarReference, parseReferenceOrNull } from "../../image/reference.ts";
import type { Warning } from "../../image/warning.ts";
import type { Credential } from "../registry/auth/credential.ts";
import { findCredential } from "../registry/auth/credentials.ts";
import { offeredPlatforms } from "../source/offered.ts";
import type { OpenOptions } from "../transport.ts";
import type { DaemonClient } from "./connection/client.ts";
import { choosePlatform, holds, storedPlatforms } from "./platforms.ts";
import { engineName } from "./connection/socket-error.ts";

export interface InspectedImage {
  readonly id: string;
  /** The name by which the image is saved: a tag is recorded in the archive, for an ID none is. */
  readonly saveName: string;
  readonly tags: readonly string[];
  /** Set when the name was a container's. */
  readonly container: string | null;
  /** What the image must consist of, as far as the engine says: the archive it sends later could be of another image. */
  readonly promised: { readonly configDigest: string | null; readonly diffIds: readonly string[] | null };
  /** The platform to request; null for whatever the name stands for. */
  readonly platform: Platform | null;
  readonly warnings: readonly Warning[];
}

/** @throws {BallastError} image-not-found (with `--pull` offered), platform-not-found, ambiguous-image */
export async function findImage(client: DaemonClient, name: string, options: OpenOptions): Promise<InspectedImage> {
  const { platform } = options;
  const pull = options.connection.pull === true;
  let image = await inspect(client, name);
  if (image === null && !pull) {
    const container = await findContainer(client, name);
    const own = container === null ? null : await inspect(client, container.image);
    if (own !== null) return { ...inspected(own, container!.image, options, container!.platform), container: name };
    const one = await imageOfPlatform(client, name);
    if (one !== null) return inspected(one.image, one.id, options, one.platform);
  }
  if (pull && (image === null || !holdsPlatform(image, platform))) {
    await pullImage(client, name, options);
    image = await inspect(client, name);
  }
  if (image === null) throw await notFound(client, name, platform);
  return inspected(image, name, options, null);
}

/** `own` is the platform that the name itself stands for, as a container's does. */
function inspected(image: JsonObject, name: string, options: OpenOptions, own: Platform | null): InspectedImage {
  const tags = Array.isArray(image["RepoTags"])
    ? image["RepoTags"].filter((tag) => typeof tag === "string" && !tag.includes("<none>"))
    : [];
  const id = String(image["Id"]);
  const reference = parseReferenceOrNull(name);
  const isTag = reference !== null && reference.digest === null && tags.some((tag) => sameName(tag, familiarReference(reference)));
  const saveName = isTag ? withTag(name, reference.tag) : id;
  const found = { id, saveName, tags, container: null, promised: promisedBy(image) };
  const wanted = options.platform ?? own;
  const stored = storedPlatforms(image);
  if (stored !== null) {
    if (own === null)
      options.onOffered?.(
        offeredPlatforms(
          stored.map((one) => ({ ...one, isAbsent: !one.available })),
          null,
        ),
      );
    return { ...found, ...choosePlatform(stored, wanted, options.allPlatforms === true, name) };
  }
  if (wanted !== null && !holdsPlatform(image, wanted)) {
    throw new BallastError(
      "platform-not-found",
      `${name} is there for ${formatPlatform(platformOf(image)!)}, not for ${formatPlatform(wanted)}`,
      {
        hint: "let the engine fetch the other one with --pull, or read it from its registry: docker://NAME",
      },
    );
  }
  return { ...found, platform: wanted, warnings: [] };
}

/** The containerd store's IDs are digests of manifests, and it describes the host's platform whatever it sends. */
function promisedBy(image: JsonObject): InspectedImage["promised"] {
  const { GraphDriver: driver, RootFS: rootfs } = image;
  const layers = isObject(rootfs) && Array.isArray(rootfs["Layers"]) ? rootfs["Layers"] : null;
  const isClassic = isObject(driver) && typeof driver["Name"] === "string" && !["", "overlayfs"].includes(driver["Name"]);
  return {
    configDigest: isClassic ? `sha256:${String(image["Id"]).replace(/^sha256:/, "")}` : null,
    diffIds: storedPlatforms(image) === null && layers !== null ? layers.map(String) : null,
  };
}

/** Whether the engine has content for the platform, as far as it says; for null, any content. */
function holdsPlatform(image: JsonObject, platform: Platform | null): boolean {
  const stored = storedPlatforms(image);
  if (stored !== null) return holds(stored, platform);
  return platform === null || serves(image, platform);
}

/** For a name without a tag, an engine saves all tags of the repository, but `NAME` alone means `NAME:latest`. */
function withTag(name: string, tag: string | null): string {
  return tag === "latest" && !name.endsWith(":latest") ? `${name}:latest` : name;
}

/** Podman puts `localhost/` in front of names it made up itself. */
function sameName(tag: string, familiar: string): boolean {
  const reference = parseReferenceOrNull(tag);
  const known = reference === null ? tag : familiarReference(reference);
  return known === familiar || known === `localhost/${familiar}`;
}

/** Always without a platform: for one, Docker 29 answers with that platform's ID, under which it has no image. */
async function inspect(client: DaemonClient, name: string): Promise<JsonObject | null> {
  const query = client.apiVersion >= 48 ? { manifests: "1" } : {};
  const request = { method: "GET" as const, path: `/images/${encodeName(name)}/json`, query, isLookup: true as const };
  const response = await client.send(request);
  const text = await client.text(response);
  // Podman answers 500 for names that no image can have; docker 400.
  if (response.status === 404 || (response.status >= 400 && /no such image|not find|not found|invalid reference|not known/i.test(text)))
    return null;
  if (response.status >= 300) throw client.failure(request, response.status, text);
  const json = client.parse(request, text);
  if (isObject(json) && typeof json["Id"] === "string") return json;
  throw new BallastError("protocol-error", `${client.name} describes ${name} without an ID`);
}

/** The ID that a tag stands for; null when the engine has no such image. */
export async function imageIdOf(client: DaemonClient, tag: string): Promise<string | null> {
  const request = { method: "GET" as const, path: `/images/${encodeName(tag)}/json`, isLookup: true as const };
  const response = await client.send(request);
  const text = await client.text(response);
  if (response.status === 404) return null;
  if (response.status >= 300) throw client.failure(request, response.status, text);
  const json = client.parse(request, text);
  return isObject(json) && typeof json["Id"] === "string" ? json["Id"] : null;
}

interface Container {
  /** ID of the image it was made from. */
  readonly image: string;
  /** The platform it runs, of those in the image; null when the engine does not say. */
  readonly platform: Platform | null;
}

/** Null when the engine has no container of that name or ID. */
export async function findContainer(client: DaemonClient, name: string): Promise<Container | null> {
  if (!/^[\w][\w.-]*$/.test(name)) return null;
  const request = { method: "GET" as const, path: `/containers/${encodeName(name)}/json`, isLookup: true as const };
  const response = await client.send(request);
  const text = await client.text(response);
  if (response.status >= 300) return null;
  const json = client.parse(request, text);
  if (!isObject(json) || typeof json["Image"] !== "string" || json["Image"] === "") return null;
  const descriptor = json["ImageManifestDescriptor"];
  const stated = isObject(descriptor) ? descriptor["platform"] : null;
  return { image: json["Image"], platform: isObject(stated) ? (platformFromJson(stated) ?? null) : null };
}

/** The image that has a platform of this ID: Docker 29 lists such IDs (`docker image ls --tree`) but finds no image by them. */
async function imageOfPlatform(
  client: DaemonClient,
  name: string,
): Promise<{ readonly image: JsonObject; readonly id: string; readonly platform: Platform } | null> {
  const id = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(name)?.[1];
  if (id === undefined || client.apiVersion < 48) return null;
  const images = await client.json({ method: "GET", path: "/images/json", query: { manifests: "1" } });
  for (const image of Array.isArray(images) ? images : []) {
    if (!isObject(image) || typeof image["Id"] !== "string") continue;
    const own = storedPlatforms(image)?.find(({ digest, available }) => available && digest.startsWith(`sha256:${id}`));
    if (own !== undefined) return { image, id: image["Id"], platform: own.platform };
  }
  return null;
}

function platformOf(image: JsonObject): Platform | null {
  const { Os: os, Architecture: architecture, Variant: variant } = image;
  if (typeof os !== "string" || typeof architecture !== "string" || os === "" || architecture === "") return null;
  return { os, architecture, ...(typeof variant === "string" && variant !== "" && { variant }) };
}

/** The containerd store describes the host's platform whatever else it holds: only its archive tells. */
function serves(image: JsonObject, platform: Platform): boolean {
  const driver = image["GraphDriver"];
  if (isObject(driver) && driver["Name"] === "overlayfs") return true;
  const offered = platformOf(image);
  return offered === null || platformFit(platform, offered) > 0;
}

/** As API 1.48 and later expect it. */
export function platformJson(platform: Platform): string {
  return JSON.stringify(platformToJson(platform));
}

/** Keeps slashes, because the engine's router refuses encoded ones. */
export function encodeName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

async function notFound(client: DaemonClient, name: string, platform: Platform | null): Promise<BallastError> {
  const alike = await similarNames(client, name).catch(() => []);
  const known = alike.length === 0 ? "" : `; it has ${alike.join(", ")}`;
  const wanted = platform === null ? "" : ` for ${formatPlatform(platform)}`;
  return new BallastError("image-not-found", `${engineName(client.kind)} has no image or container ${name}${wanted}${known}`, {
    hint: "let the engine fetch it with --pull, or read it from its registry without an engine: docker://NAME",
  });
}

/** Up to five tags that share the last part of the repository's name. */
async function similarNames(client: DaemonClient, name: string): Promise<readonly string[]> {
  const images = await client.json({ method: "GET", path: "/images/json" });
  const word = (name.split("@")[0]!.split("/").at(-1) ?? name).split(":")[0]!.toLowerCase();
  if (!Array.isArray(images) || word.length < 2) return [];
  const tags = images.flatMap((image: unknown) => (isObject(image) && Array.isArray(image["RepoTags"]) ? image["RepoTags"] : []));
  return tags.filter((tag): tag is string => typeof tag === "string" && tag.toLowerCase().includes(word)).slice(0, 5);
}

/** The content of `X-Registry-Auth`, which has no field for a bearer token. */
function authConfig(credential: Credential | null, registry: string): Readonly<Record<string, string>> {
  if (credential === null || credential.kind === "bearer") return {};
  return credential.kind === "basic"
    ? { username: credential.username, password: credential.password, serveraddress: registry }
    : { identitytoken: credential.token, serveraddress: registry };
}

/** @throws {BallastError} image-not-found, connection-failed: with what the engine says */
async function pullImage(client: DaemonClient, name: string, options: OpenOptions): Promise<void> {
  const reference = parseReferenceOrNull(name);
  if (reference === null) throw new BallastError("image-not-found", `${name} is not a name that can be pulled`);
  const { credential } = await findCredential(reference.registry, reference.repository, options.connection);
  const auth = authConfig(credential, reference.registry);
  const request = {
    method: "POST" as const,
    path: "/images/create",
    query: {
      fromImage: familiarReference({ ...reference, tag: null, digest: null }),
      tag: reference.digest ?? reference.tag ?? "latest",
      ...(options.platform !== null && { platform: formatPlatform(options.platform) }),
    },
    headers: { "x-registry-auth": base64Url(JSON.stringify(auth)) },
  };
  const response = await client.send(request);
  if (response.status >= 300) throw pullFailed(client, name, client.failure(request, response.status, await client.text(response)).message);
  const done = new Map<string, { bytes: number; total: number }>();
  for await (const message of jsonLines(response.body)) {
    if (typeof message["error"] === "string") throw pullFailed(client, name, message["error"]);
    const detail = message["progressDetail"];
    if (typeof message["id"] !== "string" || message["status"] !== "Downloading" || !isObject(detail)) continue;
    done.set(message["id"], { bytes: Number(detail["current"] ?? 0), total: Number(detail["total"] ?? 0) });
    options.onProgress?.({ what: message["id"], ...sumOf(done.get(message["id"])!) });
  }
}

/** RFC 4648 § 5 with its padding: engines decode with Go's base64.URLEncoding, which refuses or ignores a header without it. */
function base64Url(text: string): string {
  return Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

function sumOf({ bytes, total }: { bytes: number; total: number }): {
  bytes: number;
  totalBytes: number | null;
  state: "running" | "done";
} {
  return { bytes, totalBytes: total > 0 ? total : null, state: total > 0 && bytes >= total ? "done" : "running" };
}

function pullFailed(client: DaemonClient, name: string, message: string): BallastError {
  const missing = /not found|does not exist|denied|unauthorized|manifest unknown|no matching manifest/i.test(message);
  const said = message.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300);
  return new BallastError(missing ? "image-not-found" : "connection-failed", `${engineName(client.kind)} cannot pull ${name}: ${said}`, {
    hint: missing
      ? "check the name; log in with `docker login` when the repository is private"
      : "it is the engine that fetches: check its network and proxies",
  });
}

/** The engine's progress: one JSON object per line. @throws what the stream throws */
export async function* jsonLines(body: Readable): AsyncGenerator<JsonObject> {
  let rest = "";
  const parse = (line: string): JsonObject | null => {
    if (line.trim() === "") return null;
    try {
      const json: unknown = JSON.parse(line);
      return isObject(json) ? json : null;
    } catch {
      return null;
    }
  };
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop()!.slice(-1024 * 1024);
    for (const line of lines) {
      const json = parse(line);
      if (json !== null) yield json;
    }
  }
  const last = parse(rest);
  if (last !== null) yield last;
}
