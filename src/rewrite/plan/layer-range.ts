/** Which layers to merge. Docker prints `<missing>` for layer IDs, so a layer may be named by anything visible about it. */
import { BallastError } from "../../base/errors.ts";
import { findLayer } from "../../image/find-layer.ts";
import type { Image } from "../../image/image.ts";

export interface RangeChoice {
  readonly all: boolean;
  readonly keepBase: boolean;
  /** Index, digest or diff ID prefix, or part of the command. */
  readonly from: string | null;
  readonly last: number | null;
}

/**
 * Number of layers to keep, from the bottom. Default: those of the base if it is known, else none.
 * @throws {BallastError} bad-argument, unknown-layer
 */
export function keptLayers(image: Image, choice: RangeChoice, baseLayers: number): number {
  const count = image.layers.length;
  const given = [
    choice.all && "--all",
    choice.keepBase && "--keep-base",
    choice.from !== null && "--from",
    choice.last !== null && "--last",
  ].filter(Boolean);
  if (given.length > 1) throw new BallastError("bad-argument", `${given.join(" and ")} exclude each other`, { hint: "give one of them" });
  // Without layers there is nothing to merge: the image is written as it is.
  if (choice.all || (count === 0 && choice.from === null && choice.last === null)) return 0;
  if (count === 0)
    throw new BallastError("bad-argument", "the image has no layers, so none can be merged", { hint: "leave out --from and --last" });
  if (choice.from !== null) return findLayer(image.layers, choice.from).index;
  if (choice.last !== null) {
    if (Number.isNaN(choice.last)) throw new BallastError("bad-argument", `--last takes the number of layers to merge, 1 to ${count}`);
    if (!Number.isInteger(choice.last) || choice.last < 1 || choice.last > count) {
      const layers = count === 1 ? "layer" : "layers";
      throw new BallastError("bad-argument", `--last ${choice.last} is out of range: the image has ${count} ${layers}`, {
        hint: `give a number from 1 to ${count}`,
      });
    }
    return count - choice.last;
  }
  if (choice.keepBase && baseLayers === 0) {
    throw new BallastError("bad-argument", "no base image is known for this image", {
      hint: "name it with --base REFERENCE, or choose the layers with --from or --last",
    });
  }
  if (baseLayers >= count) {
    throw new BallastError("bad-argument", "nothing lies above the base image, so nothing is left to merge", {
      hint: "merge the base as well with --all",
    });
  }
  return baseLayers;
}
