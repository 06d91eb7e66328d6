/** Lists the images in the usual store, to choose one of them. */
import type { ListedImage } from "../daemon/list.ts";
import { shownName } from "./find.ts";
import { openStores } from "./open.ts";

/** By each of their names, and those without one by their ID. @throws {BallastError} as `openStores` */
export async function listStoredImages(env: NodeJS.ProcessEnv): Promise<ListedImage[]> {
  const stores = await openStores({ root: null, driver: null }, env);
  return stores
    .flatMap(({ images }) => images)
    .flatMap(({ id, names, created }) => {
      const at = created === null ? Number.NaN : Date.parse(created);
      const about = { bytes: null, created: Number.isNaN(at) ? null : at };
      const short = id.slice(0, 12);
      if (names.length === 0) return [{ name: `containers-storage:${short}`, title: `${short} (no tag)`, ...about }];
      return names.map((name) => ({ name: `containers-storage:${name}`, title: shownName(name), ...about }));
    });
}
