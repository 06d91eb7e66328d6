/** The images of Docker and podman, and single images by name. Engines describe images cheaply, but hand them out only whole. */
import type { HeldImage } from "../../../analyzers/ledger/holding.ts";
import { limiter } from "../../base/limit.ts";
import type { Image } from "../../image/image.ts";
import { bestForPlatform } from "../../image/platform.ts";
import { openAllPlatforms, openImage } from "../open.ts";
import type { OpenOptions } from "../transport.ts";
import { heldImageOf, holdingsByTag } from "./held-image.ts";
import type { ImageOpener, Place, Reading } from "./place.ts";

export type Engine = "docker-daemon" | "podman";

/** Every image of an engine. @throws {BallastError} whatever keeps it from answering */
export async function* enginePlaces(engine: Engine, options: OpenOptions): AsyncGenerator<Place> {
  const signal = options.signal ?? new AbortController().signal;
  const [{ listDaemonImages }, { DaemonClient }, { describeImage }] = await Promise.all([
    import("../daemon/list.ts"),
    import("../daemon/connection/client.ts"),
    import("../daemon/describe.ts"),
  ]);
  const client = await DaemonClient.connect(engine, options.connection, signal);
  const oneByOne = limiter(1);
  for (const { id, name, title } of await listDaemonImages(engine, options.connection, signal, process.env)) {
    const read = async (): Promise<Reading> => {
      const images = await describeImage(client, id, title);
      // Whole images are copied to disk to be read, so one at a time.
      return images === null ? oneByOne(() => readNamed(name, title, options)) : readDescribed(images, name, title, options);
    };
    yield { name, repository: title, tag: null, read };
  }
}

function readDescribed(images: readonly Image[], name: string, title: string, options: OpenOptions): Reading {
  const { platform } = options;
  const wanted = platform === null ? images : bestForPlatform(images, platform);
  if (wanted.length === 0) return { holdings: [], openers: new Map(), unreadable: [], artifacts: 0 };
  // The engine does not state the size of its config.
  return reading(
    wanted.map((image) => ({ image, held: { ...heldImageOf(image), documents: [] } })),
    { name, title, options },
  );
}

/** One image, whatever kind of name it has. */
export function namedPlace(name: string, title: string, options: OpenOptions): Place {
  return { name, repository: title, tag: null, read: () => readNamed(name, title, options) };
}

async function readNamed(name: string, title: string, options: OpenOptions): Promise<Reading> {
  const set = await openAllPlatforms(name, options);
  try {
    return reading(
      set.images.map((image) => ({ image, held: heldImageOf(image) })),
      { name, title, options },
    );
  } finally {
    await set.close();
  }
}

interface Named {
  readonly name: string;
  readonly title: string;
  readonly options: OpenOptions;
}

/** An engine lists an image under each of its tags; only the one that was named counts here. */
function reading(images: readonly { readonly image: Image; readonly held: HeldImage }[], { name, title, options }: Named): Reading {
  const openers = images.map(({ image: { platform }, held: { id } }): [string, ImageOpener] => [
    id,
    { open: () => openImage(name, { ...options, platform }), address: null },
  ]);
  const tagged = images.map(({ held }) => ({ held, tags: [title] }));
  return { holdings: holdingsByTag(tagged, name), openers: new Map(openers), unreadable: [], artifacts: 0 };
}
