import { BallastError } from "../../errors.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";

/** @throws {BallastError} image-not-found */
export async function openRegistry(reference: string, _options: OpenOptions): Promise<ImageSet> {
  throw new BallastError("image-not-found", `docker://${reference} cannot be opened: this build reads archives only`);
}
