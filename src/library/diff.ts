import type { ImageDiff } from "../../analyzers/diff/image-diff.ts";
import { BallastError } from "../base/errors.ts";
import { parseGlob } from "../base/text/glob.ts";
import { diffImages, loadDiffInput } from "../operations/diff-images.ts";
import type { DiffInput } from "../operations/diff-images.ts";
import { sessionOf, untilAborted } from "./opened.ts";
import type { OpenedImage } from "./opened.ts";

/** An image, or the filesystem after its layer `layer` (0 is the lowest, -1 stands for nothing). */
export type DiffTarget = OpenedImage | { readonly opened: OpenedImage; readonly layer: number };

export interface DiffImagesOptions {
  /** Globs of files whose changed lines are shown (docs/globs.md). */
  readonly text?: readonly string[];
  /** Stored bytes that were read since the last call. */
  readonly onProgress?: (progress: { readonly bytes: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Compares two images, or one image at two of its layers: paths, bytes, metadata, config, history, packages, layers. Paths are absolute, sizes are
 * content bytes.
 * @throws {BallastError} `unknown-layer`, `bad-argument` for a glob, and what reading a layer can throw (see `analyze`)
 */
export async function diff(before: DiffTarget, after: DiffTarget, options: DiffImagesOptions = {}): Promise<ImageDiff> {
  const globs = (options.text ?? []).map((text) => parseGlob(text));
  const [one, two] = [sideOf(before), sideOf(after)];
  const stop = async (): Promise<void> => void (await Promise.all([one, two].map(({ opened }) => sessionOf(opened.image).stop())));
  return untilAborted(options.signal, stop, async () => {
    const left = await load(one.opened, options);
    const right = one.opened.image === two.opened.image ? left : await load(two.opened, options);
    const text = globs.length === 0 ? null : (path: string): boolean => globs.some((glob) => glob.matches(path));
    return diffImages({ ...left, layer: one.layer }, { ...right, layer: two.layer }, { text });
  });
}

function load({ image }: OpenedImage, { onProgress }: DiffImagesOptions): Promise<DiffInput> {
  return loadDiffInput(image, sessionOf(image).scanner(null), (bytes) => onProgress?.({ bytes }));
}

function sideOf(side: DiffTarget): { readonly opened: OpenedImage; readonly layer: number } {
  const { opened, layer } = "opened" in side ? side : { opened: side, layer: side.image.layers.length - 1 };
  if (Number.isInteger(layer) && layer >= -1 && layer < opened.image.layers.length) return { opened, layer };
  throw new BallastError("unknown-layer", `there is no layer ${layer}: the image has ${opened.image.layers.length}, numbered from 0`);
}
