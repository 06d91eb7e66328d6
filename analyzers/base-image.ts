/** Which layers, from the bottom, belong to the image this one was built on. */
import type { Image } from "../src/image/image.ts";
import type { BaseImage } from "./analysis.ts";

const baseDigest = "org.opencontainers.image.base.digest";
const baseName = "org.opencontainers.image.base.name";

export const unknownBase: BaseImage = { layers: 0, from: "none", reference: null };

/**
 * The number of layers that `image` has from `base`, which is all of them if it was built on it; null when it was not.
 */
export function layersSharedWith(image: Image, base: Image): number | null {
  if (base.layers.length > image.layers.length) return null;
  return base.layers.every((layer, index) => layer.diffId === image.layers[index]!.diffId) ? base.layers.length : null;
}

/**
 * The base as far as the image itself tells. An annotation names the base but not how many layers it has, so their number is worked out
 * from history in any case; without the annotation the answer is labelled a guess.
 */
export function guessBase(image: Image): BaseImage {
  const layers = layersBelowSecondStage(image);
  const reference = image.annotations[baseName] ?? image.config.container.labels[baseName] ?? null;
  const annotated = (image.annotations[baseDigest] ?? image.config.container.labels[baseDigest]) !== undefined;
  if (layers === 0) return { ...unknownBase, reference: annotated ? reference : null };
  return { layers, from: annotated ? "annotation" : "guess", reference };
}

/**
 * A base image sets its default command (`CMD`, `ENTRYPOINT`) last, and builds go on from there: whatever is above the last such row that
 * is not the image's own belongs to the user. An image whose history has only one such row, at its end, has no known base.
 */
function layersBelowSecondStage(image: Image): number {
  const { history } = image.config;
  let layers = 0;
  let base = 0;
  let ownCommand = history.length - 1;
  while (ownCommand >= 0 && history[ownCommand]!.emptyLayer === true) ownCommand -= 1;
  for (let row = 0; row <= ownCommand; row += 1) {
    const { createdBy = "", emptyLayer } = history[row]!;
    if (emptyLayer !== true) layers += 1;
    else if (setsCommand(createdBy)) base = layers;
  }
  return base < image.layers.length ? base : 0;
}

function setsCommand(createdBy: string): boolean {
  return /^(?:\/bin\/sh -c #\(nop\) +)?(?:CMD|ENTRYPOINT)\s/.test(createdBy);
}
