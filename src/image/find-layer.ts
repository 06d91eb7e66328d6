import { BallastError } from "../base/errors.ts";
import { shortDigest } from "./digest.ts";
import type { Layer } from "./image.ts";

/** How many hex digits it takes for a word to count as the beginning of a digest. */
const shortestPrefix = 4;

/**
 * The layer a person means: its index from the bottom, the beginning of its digest or diff ID, or part of its command.
 * @throws {BallastError} unknown-layer when none or several match, listing the choices
 */
export function findLayer(layers: readonly Layer[], text: string): Layer {
  if (/^\d{1,3}$/.test(text)) {
    const layer = layers[Number(text)];
    if (layer === undefined)
      throw new BallastError("unknown-layer", `there is no layer ${text}: the image has layers 0 to ${layers.length - 1}`);
    return layer;
  }
  const byDigest = layersByDigest(layers, text);
  const found = byDigest.length > 0 ? byDigest : layers.filter(({ createdBy }) => createdBy?.includes(text) === true);
  if (found.length === 1) return found[0]!;
  const problem = found.length === 0 ? `no layer matches "${text}"` : `"${text}" matches ${found.length} layers`;
  const choices = (found.length === 0 ? layers : found).map(({ index, digest, diffId }) => `${index} (${shortDigest(digest ?? diffId)})`);
  throw new BallastError("unknown-layer", `${problem}; choose one of ${choices.join(", ")}`);
}

function layersByDigest(layers: readonly Layer[], text: string): Layer[] {
  const hex = text.replace(/^sha(?:256|512):/, "");
  if (!/^[0-9a-f]+$/.test(hex) || hex.length < shortestPrefix) return [];
  const matches = (digest: string | null): boolean => digest !== null && digest.slice(digest.indexOf(":") + 1).startsWith(hex);
  return layers.filter(({ digest, diffId }) => matches(digest) || matches(diffId));
}
