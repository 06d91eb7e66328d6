/** Images in the stores of podman, buildah, skopeo and CRI-O, `containers-storage:NAME`: read in place, without any of them running. */
import { BallastError } from "../../base/errors.ts";
import type { BlobSource } from "../source/blob-source.ts";
import { loadImages } from "../source/image-set.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";
import { storedCandidates } from "./candidates.ts";
import { findImage } from "./find.ts";
import { drivers, parseStorageName, usualPlace } from "./place.ts";
import type { StorageName } from "./place.ts";
import { Store } from "./store.ts";

/**
 * @param text what follows `containers-storage:`.
 * @throws {BallastError} bad-argument, bad-config, image-not-found, ambiguous-image, blob-missing, read-failed, unsupported-image, …
 */
export async function openStorage(text: string, options: OpenOptions): Promise<ImageSet> {
  const name = parseStorageName(text);
  const stores = await openStores(name, process.env);
  const found = findImage(stores, name.image);
  const source: BlobSource = { name: found.store.name, find: async () => null, paths: () => null, close: async () => {} };
  const candidates = await storedCandidates(stores, found, name.image, options.verify);
  const selection = { tag: null, digest: null, position: null, platform: options.platform };
  return loadImages(source, { candidates, transport: "containers-storage", warnings: [] }, selection, name.image, options);
}

/** All stores at the place. @throws {BallastError} image-not-found when there is none, bad-config, read-failed */
export async function openStores({ root, driver }: Pick<StorageName, "root" | "driver">, env: NodeJS.ProcessEnv): Promise<Store[]> {
  const usual = root === null ? await usualPlace(env, process.getuid?.() ?? -1) : null;
  const roots = root === null ? usual!.roots : [root];
  const wanted = driver ?? usual?.driver ?? null;
  const opened: Store[] = [];
  for (const each of roots) {
    // The configured driver applies to the first store; others are read with the driver they were made with.
    const tried = wanted !== null && each === roots[0] ? [wanted] : drivers;
    for (const kind of tried) {
      const store = await Store.open(each, kind);
      if (store !== null) opened.push(store);
    }
  }
  if (opened.length > 0) return opened;
  const kind = wanted === null ? "" : ` under the driver ${wanted}`;
  throw new BallastError("image-not-found", `there is no store of images in ${roots.join(" or ")}${kind}`, {
    hint: "name the place, which `podman info` tells as graphRoot: containers-storage:[DRIVER@ROOT]NAME",
  });
}
