/** The images of an OCI layout (OCI image-spec, image-layout.md): everything that index.json leads to, and nothing else. */
import { BallastError } from "../../base/errors.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import type { Digest } from "../../image/digest.ts";
import { field, parseJsonObject, quote } from "../../image/json.ts";
import { isAttestation, parseIndex, parseManifestOrIndex } from "../../image/manifest.ts";
import type { Index, Manifest } from "../../image/manifest.ts";
import { isIndexType, isManifestType } from "../../image/media-types.ts";
import type { Warning } from "../../image/warning.ts";
import { familiarReference, parseReferenceOrNull } from "../../image/reference.ts";
import { subjectOf } from "../source/attestation.ts";
import { blobPath, readDescribed, readDocument } from "../source/blob-source.ts";
import type { BlobSource } from "../source/blob-source.ts";
import type { Candidate } from "../source/candidate.ts";
import { CandidateMaker, foreignType, problemOf } from "./candidate-maker.ts";
import type { Context } from "./candidate-maker.ts";
import type { Layout } from "./layout-files.ts";

/** How deep indexes may be nested; real ones have two levels. */
const maxDepth = 8;
/** Maximum number of descriptors that are read in one layout. */
const maxDescriptors = 10_000;

/**
 * @throws {BallastError} manifest-invalid, blob-missing, digest-mismatch, limit-exceeded, unsupported-image (an unknown layout version)
 */
export async function layoutCandidates(source: BlobSource, verify: boolean): Promise<Candidate[]> {
  await checkVersion(source);
  const index = await source.find("index.json");
  if (index === null) throw new BallastError("blob-missing", `${source.name} has no index.json`);
  const what = `index.json of ${source.name}`;
  const parsed = parseIndex(await readDocument(index, what), what);
  const layout: Layout = { source, verify, attestations: new Map() };
  const walker = new Walker(layout);
  await walker.walk(parsed, { tags: [], indexes: [], indexBytes: null });
  await walker.assignAttestations();
  return walker.candidates;
}

/** The specification requires an `oci-layout` file; skopeo and crane read layouts without one, containerd does not. */
export async function layoutMarkerWarning(source: BlobSource): Promise<Warning[]> {
  if ((await source.find("oci-layout")) !== null) return [];
  return [{ code: "layout-marker-missing", message: `${source.name} has no oci-layout file; engines may refuse it` }];
}

async function checkVersion(source: BlobSource): Promise<void> {
  const marker = await source.find("oci-layout");
  if (marker === null) return;
  const what = `oci-layout of ${source.name}`;
  const version = field(parseJsonObject(await readDocument(marker, what), what), "imageLayoutVersion");
  if (version === "1.0.0") return;
  throw new BallastError("unsupported-image", `${what} states version ${quote(version)}; only "1.0.0" is known`);
}

class Walker {
  readonly candidates: Candidate[] = [];
  readonly #layout: Layout;
  readonly #attestations: Descriptor[] = [];
  /** What has been read: indexes may share entries, and crafted ones may lead to the same entries a million times. */
  readonly #known = new Map<Digest, Candidate>();
  readonly #walked = new Set<string>();
  #seen = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  async walk(index: Index, context: Context): Promise<void> {
    for (const descriptor of index.manifests) {
      this.#seen += 1;
      if (this.#seen > maxDescriptors) {
        throw new BallastError("limit-exceeded", `${this.#layout.source.name} lists more than ${maxDescriptors} manifests`, {
          hint: "no real image lists that many; name a smaller layout",
        });
      }
      if (isAttestation(descriptor)) this.#attestations.push(descriptor);
      else await this.#visit(descriptor, { ...context, tags: [...context.tags, ...tagsOf(descriptor)] });
    }
  }

  async assignAttestations(): Promise<void> {
    const { source, attestations } = this.#layout;
    for (const descriptor of this.#attestations) {
      if ((await source.find(blobPath(descriptor.digest))) === null) continue;
      const subject = await subjectOf(descriptor, (wanted, what) => readDescribed(source, wanted, what, this.#layout.verify));
      if (subject === null) continue;
      const known = attestations.get(subject) ?? [];
      if (!known.some(({ digest }) => digest === descriptor.digest)) attestations.set(subject, [...known, descriptor]);
    }
  }

  async #visit(descriptor: Descriptor, context: Context): Promise<void> {
    const { source, verify } = this.#layout;
    const { mediaType } = descriptor;
    const candidate = new CandidateMaker(this.#layout, descriptor, context);
    const known = this.#known.get(descriptor.digest);
    if (known !== undefined) {
      this.candidates.push({ ...known, ...candidate.context() });
      return;
    }
    if (mediaType !== "" && !isIndexType(mediaType) && !isManifestType(mediaType)) {
      this.candidates.push(candidate.withProblem(foreignType(descriptor, source.name)));
      return;
    }
    let parsed: Manifest | Index;
    let bytes: Buffer;
    try {
      const kind = isIndexType(mediaType) ? "index" : "manifest";
      bytes = await readDescribed(source, descriptor, kind, verify);
      parsed = parseManifestOrIndex(bytes, `${kind} ${descriptor.digest} of ${source.name}`, mediaType);
    } catch (error) {
      this.candidates.push(candidate.withProblem(problemOf(error)));
      return;
    }
    if (parsed.kind === "index") {
      await this.#descend(parsed, bytes, descriptor, context);
      return;
    }
    const made = await candidate.make(parsed, bytes);
    this.#known.set(descriptor.digest, made);
    this.candidates.push(made);
  }

  async #descend(index: Index, bytes: Buffer, descriptor: Descriptor, context: Context): Promise<void> {
    const name = `index ${descriptor.digest} of ${this.#layout.source.name}`;
    if (context.indexes.includes(descriptor.digest)) throw new BallastError("manifest-invalid", `${name} contains itself`);
    if (context.indexes.length >= maxDepth) throw new BallastError("limit-exceeded", `${name} is nested more than ${maxDepth} levels deep`);
    const visit = JSON.stringify([descriptor.digest, context.tags]);
    if (this.#walked.has(visit)) return;
    this.#walked.add(visit);
    await this.walk(index, { tags: context.tags, indexes: [...context.indexes, descriptor.digest], indexBytes: bytes });
  }
}

/** containerd's full name if there is one; else the reference name, which in Docker's archives is only the tag. */
function tagsOf(descriptor: Descriptor): string[] {
  const name = descriptor.annotations?.["io.containerd.image.name"];
  const reference = name === undefined ? null : parseReferenceOrNull(name);
  if (reference !== null) return [familiarReference(reference)];
  const refName = descriptor.annotations?.["org.opencontainers.image.ref.name"];
  return refName === undefined || refName === "" ? [] : [refName];
}
