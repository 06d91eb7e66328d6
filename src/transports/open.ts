/** Opens an image by name, whatever kind of name it is. */
import { tmpdir } from "node:os";
import type { Readable } from "node:stream";

import { BallastError } from "../base/errors.ts";
import { sweepAbandoned } from "../base/files/owner.ts";
import type { Image } from "../image/image.ts";
import { selectPlatform } from "../image/platform.ts";
import { parseReferenceOrNull } from "../image/reference.ts";
import { openAnywhere } from "./anywhere.ts";
import { openArchiveStream, openLocal } from "./local.ts";
import { disk } from "./disk.ts";
import { unknownNameHint } from "./name-hint.ts";
import { looksLikePath, parseImageName } from "./name.ts";
import type { ImageSet, OpenOptions } from "./transport.ts";

/**
 * Opens one image. Without `options.platform`, the host's is taken when a name stands for several.
 * @param source a name (`app.tar`, `oci:DIR:TAG`, `docker://debian:12`, `-`…), or the bytes of an archive
 * @throws {BallastError} image-not-found, not-an-image, platform-not-found, ambiguous-image and whatever else keeps it from being read
 */
export async function openImage(source: string | Readable, options: OpenOptions): Promise<Image> {
  const name = typeof source === "string" ? source : "the stream";
  const set = await openSet(source, { ...options, allPlatforms: false });
  const [image] = set.images;
  if (image !== undefined && set.images.length === 1) return image;
  const wanted = options.platform ?? image?.platform;
  const choices = set.images.map((each) => ({ platform: each.platform, digest: each.manifestDigest ?? each.configDigest, image: each }));
  try {
    if (wanted === undefined) throw new BallastError("image-not-found", `${name} has no image`);
    const chosen = selectPlatform(choices, wanted, name).image;
    for (const other of set.images) if (other !== chosen) await other.close();
    return chosen;
  } catch (error) {
    await set.close();
    throw error;
  }
}

/**
 * Opens every platform of one image; `options.platform` narrows them.
 * @throws {BallastError} as `openImage`
 */
export async function openAllPlatforms(name: string, options: OpenOptions): Promise<ImageSet> {
  return openSet(name, { ...options, allPlatforms: true });
}

async function openSet(source: string | Readable, options: OpenOptions): Promise<ImageSet> {
  options.signal?.throwIfAborted();
  // A run that was killed, for example when memory ran out, could not clean up after itself.
  const swept = sweepAbandoned(tmpdir());
  try {
    return await (typeof source === "string" ? openNamed(source, options) : openStream(source, "the stream", options));
  } finally {
    await swept;
  }
}

async function openNamed(text: string, options: OpenOptions): Promise<ImageSet> {
  const name = parseImageName(text, disk);
  switch (name.kind) {
    case "local":
      return name.transport === null ? openBareWord(text, () => openLocal(name, text, options)) : openLocal(name, text, options);
    case "stdin":
      return openStandardInput(options);
    case "registry":
      return openNamedRegistry(name.name, options);
    case "containerd": {
      const { openContainerd } = await import("./containerd/open.ts");
      return openContainerd(name.name, options);
    }
    case "containers-storage": {
      const { openStorage } = await import("./containers-storage/open.ts");
      return openStorage(name.name, options);
    }
    case "docker-daemon":
    case "podman": {
      const { openDaemon } = await import("./daemon/open.ts");
      return openDaemon(name.kind, name.name, options);
    }
    case "anywhere":
      return openAnywhere(name.name, options, { engine: openFromEngine, registry: openFromRegistry });
  }
}

/** A word that names an image may also be a directory that happens to exist here. */
async function openBareWord(text: string, open: () => Promise<ImageSet>): Promise<ImageSet> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof BallastError) || error.code !== "not-an-image") throw error;
    if (looksLikePath(text) || parseReferenceOrNull(text) === null) throw error;
    throw new BallastError("not-an-image", error.message, {
      hint: `${error.hint}; if you mean the image ${text} and not the path, write docker-daemon:${text} or docker://${text}`,
    });
  }
}

async function openStandardInput(options: OpenOptions): Promise<ImageSet> {
  if (process.stdin.isTTY) {
    throw new BallastError("bad-argument", "standard input is a terminal, not an archive", {
      hint: "pipe one in: docker save app | ballast -",
    });
  }
  return openStream(process.stdin, "standard input", options);
}

function openStream(stream: Readable, what: string, options: OpenOptions): Promise<ImageSet> {
  return openArchiveStream(stream, { what, reference: null, tag: null, transport: null }, options);
}

async function openFromEngine(name: string, options: OpenOptions): Promise<ImageSet> {
  const { openDaemon } = await import("./daemon/open.ts");
  return openDaemon("docker-daemon", name, options);
}

async function openFromRegistry(name: string, options: OpenOptions): Promise<ImageSet> {
  const { openRegistry } = await import("./registry/open.ts");
  return openRegistry(name, options);
}

/** In dive, `docker://` means the local engine; in containers-transports(5), and so here, a registry. */
async function openNamedRegistry(name: string, options: OpenOptions): Promise<ImageSet> {
  try {
    return await openFromRegistry(name, options);
  } catch (error) {
    if (!(error instanceof BallastError) || !elsewhere.has(error.code)) throw error;
    throw new BallastError(error.code, error.message, {
      hint: `${unknownNameHint(name) ?? error.hint}; docker:// is a registry: what the engine holds, and dive opens by docker://, is docker-daemon:${name}`,
      cause: error,
    });
  }
}

/** Errors of a registry, or on the way to it, that a name meant for the engine can run into. */
const elsewhere: ReadonlySet<string> = new Set(["image-not-found", "unauthorized", "forbidden", "connection-failed", "connection-timeout"]);
