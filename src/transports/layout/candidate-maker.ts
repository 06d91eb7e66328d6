/** One manifest of an OCI layout as a candidate: what it is, and what keeps it from being loaded. */
import { BallastError } from "../../base/errors.ts";
import { parseConfig } from "../../image/config.ts";
import type { ImageConfig } from "../../image/config.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import type { Digest } from "../../image/digest.ts";
import { quote } from "../../image/json.ts";
import { checkImageManifest, isArtifact } from "../../image/manifest.ts";
import type { Manifest } from "../../image/manifest.ts";
import { isSchema1Type } from "../../image/media-types.ts";
import { statedPlatform } from "../../image/platform.ts";
import { findDescribed, readDescribed } from "../source/blob-source.ts";
import type { Candidate, Problem } from "../source/candidate.ts";
import type { Layout } from "./layout-files.ts";
import { loadLayoutImage } from "./load.ts";

/** Where an index entry was found. */
export interface Context {
  readonly tags: readonly string[];
  readonly indexes: readonly Digest[];
  readonly indexBytes: Buffer | null;
}

export class CandidateMaker {
  readonly #layout: Layout;
  readonly #descriptor: Descriptor;
  readonly #context: Context;

  constructor(layout: Layout, descriptor: Descriptor, context: Context) {
    this.#layout = layout;
    this.#descriptor = descriptor;
    this.#context = context;
  }

  withProblem(problem: Problem): Candidate {
    return {
      ...this.context(),
      configDigest: null,
      layerDigests: [],
      platform: this.#descriptor.platform,
      problem,
      load: () => Promise.reject(problem.error),
    };
  }

  async make(manifest: Manifest, bytes: Buffer): Promise<Candidate> {
    const { source } = this.#layout;
    const what = `manifest ${this.#descriptor.digest} of ${source.name}`;
    let config: { readonly bytes: Buffer; readonly parsed: ImageConfig };
    try {
      checkImageManifest(manifest, what);
      await this.#checkPresent(manifest);
      const configBytes = await readDescribed(source, manifest.config, "config", this.#layout.verify);
      config = { bytes: configBytes, parsed: parseConfig(configBytes, `config ${manifest.config.digest} of ${source.name}`) };
    } catch (error) {
      return { ...this.withProblem(problemOf(error, isArtifact(manifest))), configDigest: manifest.config.digest };
    }
    return {
      ...this.context(),
      configDigest: manifest.config.digest,
      layerDigests: manifest.layers.map(({ digest }) => digest),
      platform: statedPlatform(this.#descriptor.platform, config.parsed.json),
      problem: null,
      load: (context) =>
        loadLayoutImage({ layout: this.#layout, descriptor: this.#descriptor, manifest, manifestBytes: bytes, config }, context),
    };
  }

  /** What depends on the way through the indexes, not on the manifest. */
  context(): Pick<Candidate, "digest" | "indexes" | "indexBytes" | "tags"> {
    const { tags, indexes, indexBytes } = this.#context;
    return { digest: this.#descriptor.digest, indexes, indexBytes, tags };
  }

  /** Archives may list platforms that were not saved; their config or layers are missing. */
  async #checkPresent(manifest: Manifest): Promise<void> {
    const { source } = this.#layout;
    for (const [index, descriptor] of [manifest.config, ...manifest.layers].entries()) {
      if ((await findDescribed(source, descriptor)) !== null) continue;
      const name = index === 0 ? "config" : `layer ${index - 1}`;
      const isForeign = (descriptor.urls?.length ?? 0) > 0;
      throw new BallastError(
        "blob-missing",
        `${name} ${descriptor.digest} of manifest ${this.#descriptor.digest} is not in ${source.name}`,
        isForeign
          ? { hint: "its licence keeps it elsewhere, and the URLs it names are not fetched; save the image from an engine that has it" }
          : {},
      );
    }
  }
}

export function problemOf(error: unknown, artifact = false): Problem {
  if (!(error instanceof BallastError)) throw error;
  if (artifact) return { kind: "artifact", error };
  return { kind: error.code === "blob-missing" ? "absent" : "broken", error };
}

export function foreignType(descriptor: Descriptor, source: string): Problem {
  const type = quote(descriptor.mediaType);
  if (isSchema1Type(descriptor.mediaType)) {
    const message = `manifest ${descriptor.digest} of ${source} is a Docker manifest of schema 1, which Docker and containerd no longer read either`;
    return {
      kind: "broken",
      error: new BallastError("unsupported-image", message, { hint: "convert it with `skopeo copy --format v2s2`" }),
    };
  }
  const message = `${descriptor.digest} of ${source} is not an image: its type is ${type}`;
  return { kind: "artifact", error: new BallastError("unsupported-image", message) };
}
