import { shortDigest } from "../image/digest.ts";
import type { Layer } from "../image/image.ts";

/** `layer 3 (0123456789ab)`, as messages name it. */
export function layerName(layer: Layer): string {
  return `layer ${layer.index} (${shortDigest(layer.digest ?? layer.diffId)})`;
}
