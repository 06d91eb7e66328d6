/** Provenance and SBOM manifests (BuildKit's attestation storage): found by the image they describe, read on demand. */
import { BallastError } from "../../base/errors.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import type { Digest } from "../../image/digest.ts";
import { isDigest } from "../../image/digest.ts";
import type { Attestation } from "../../image/image.ts";
import { parseJsonObject, stringField } from "../../image/json.ts";
import { parseManifest } from "../../image/manifest.ts";
import { MediaType } from "../../image/media-types.ts";

/** Reads a verified document. @throws {BallastError} blob-missing, digest-mismatch, limit-exceeded, read-failed */
export type DocumentReader = (descriptor: Descriptor, what: string) => Promise<Buffer>;

/** The attestation that `descriptor` points to; nothing is read before `statements` is called. */
export function attestation(descriptor: Descriptor, read: DocumentReader): Attestation {
  return { descriptor, statements: () => readStatements(descriptor, read) };
}

async function readStatements(descriptor: Descriptor, read: DocumentReader): Promise<{ predicateType: string; json: unknown }[]> {
  const what = `attestation manifest ${descriptor.digest}`;
  const manifest = parseManifest(await read(descriptor, "attestation manifest"), what, descriptor.mediaType);
  const statements = [];
  for (const layer of manifest.layers) {
    if (layer.mediaType !== MediaType.inToto) continue;
    const json = parseJsonObject(await read(layer, "in-toto statement"), `in-toto statement ${layer.digest}`);
    const predicateType = stringField(json, "predicateType") ?? layer.annotations?.["in-toto.io/predicate-type"] ?? "unknown";
    statements.push({ predicateType, json });
  }
  return statements;
}

/**
 * The digest of the image manifest that an attestation describes, from an annotation or its `subject`.
 * Null when neither states it, or the attestation cannot be read.
 */
export async function subjectOf(descriptor: Descriptor, read: DocumentReader): Promise<Digest | null> {
  const annotated = descriptor.annotations?.["vnd.docker.reference.digest"];
  if (annotated !== undefined) return isDigest(annotated) ? annotated : null;
  try {
    const bytes = await read(descriptor, "attestation manifest");
    return parseManifest(bytes, `attestation manifest ${descriptor.digest}`).subject?.digest ?? null;
  } catch (error) {
    if (error instanceof BallastError) return null;
    throw error;
  }
}
