/** The images of container engines, and single images by name. Engines hand out whole images alone: they are saved to be read. */
import { BallastError } from "../../base/errors.ts";
import { openAllPlatforms, openImage } from "../open.ts";
import type { OpenOptions } from "../transport.ts";
import { heldImageOf, holdingsByTag } from "./held-image.ts";
import type { Place, Reading } from "./place.ts";

export type Engine = "docker-daemon" | "podman" | "containerd";

/** Every image of an engine; of containerd, those of all namespaces. @throws {BallastError} what keeps the engine from answering */
export async function* enginePlaces(engine: Engine, options: OpenOptions): AsyncGenerator<Place> {
  const signal = options.signal ?? new AbortController().signal;
  if (engine === "containerd") {
    for (const { name, title } of await containerdImages(options, signal)) yield namedPlace(name, title, options);
    return;
  }
  const { listDaemonImages } = await import("../daemon/list.ts");
  for (const { name, title } of await listDaemonImages(engine, options.connection, signal, process.env))
    yield namedPlace(name, title, options);
}

async function containerdImages({ connection }: OpenOptions, signal: AbortSignal): Promise<readonly { name: string; title: string }[]> {
  const { listContainerdImages } = await import("../containerd/list.ts");
  try {
    return await listContainerdImages(connection.address ?? process.env["CONTAINERD_ADDRESS"] ?? "", signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new BallastError("daemon-unavailable", "containerd does not list its images: it does not run, or ctr is missing or may not ask", {
      hint: "start containerd, name its socket with --address, or run as root",
      cause: error,
    });
  }
}

/** One image, whatever kind of name it has. */
export function namedPlace(name: string, title: string, options: OpenOptions): Place {
  return { name, repository: title, tag: null, read: () => readNamed(name, title, options) };
}

async function readNamed(name: string, title: string, options: OpenOptions): Promise<Reading> {
  const set = await openAllPlatforms(name, options);
  try {
    const images = set.images.map((image) => ({ image, held: heldImageOf(image) }));
    const openers = new Map(
      images.map(({ image, held }) => [held.id, { open: () => openImage(name, { ...options, platform: image.platform }), address: null }]),
    );
    // An engine lists an image under each of its tags: here it is the one that was named.
    return {
      holdings: holdingsByTag(
        images.map(({ held }) => ({ held, tags: [title] })),
        name,
      ),
      openers,
      unreadable: [],
      artifacts: 0,
    };
  } finally {
    await set.close();
  }
}
