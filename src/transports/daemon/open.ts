import { BallastError } from "../../errors.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";

/** @throws {BallastError} image-not-found */
export async function openDaemon(kind: "docker-daemon" | "podman", name: string, _options: OpenOptions): Promise<ImageSet> {
  throw new BallastError("image-not-found", `${kind}:${name} cannot be opened: this build reads archives only`);
}
