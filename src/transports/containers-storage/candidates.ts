/** The candidates of a stored image: itself, or the platforms of a list, of which the store may have only some. */
import { existsSync } from "node:fs";
import { Readable } from "node:stream";

import { BallastError } from "../../base/errors.ts";
import { parseConfig } from "../../image/config.ts";
import type { Descriptor } from "../../image/descriptor.ts";
import { digestOf } from "../../image/digest.ts";
import { checkImageManifest, parseManifestOrIndex } from "../../image/manifest.ts";
import type { Manifest } from "../../image/manifest.ts";
import { MediaType } from "../../image/media-types.ts";
import { statedPlatform } from "../../image/platform.ts";
import type { Warning } from "../../image/warning.ts";
import { assembleImage } from "../source/assemble.ts";
import type { LayerSource } from "../source/assemble.ts";
import { checkDescribed } from "../source/blob-source.ts";
import type { Candidate, LoadContext } from "../source/candidate.ts";
import { directoryTar } from "./directory-tar.ts";
import { byDigest, shownName } from "./find.ts";
import type { FoundImage } from "./find.ts";
import { chainOf } from "./store.ts";
import type { Store, StoredLayer } from "./store.ts";
import { joined } from "./stretches.ts";
import { splitTar } from "./tar-split.ts";

/**
 * @param asked the name; a digest in it chooses among the manifests that are kept for the image.
 * @throws {BallastError} blob-missing, digest-mismatch, manifest-invalid, unsupported-image, read-failed
 */
export async function storedCandidates(stores: readonly Store[], found: FoundImage, asked: string, verify: boolean): Promise<Candidate[]> {
  const named = `manifest-${asked.slice(asked.lastIndexOf("@") + 1)}`;
  const key = found.image.documents[named] === undefined ? "manifest" : named;
  const bytes = await documentOf(found, key);
  const parsed = parseManifestOrIndex(bytes, `the manifest of ${nameOf(found)}`);
  if (parsed.kind === "manifest") return [await candidateOf(stores, found, parsed, bytes, undefined, verify)];
  const all = stores.flatMap((store) => store.images.map((image) => ({ store, image })));
  return Promise.all(
    parsed.manifests.map(async (descriptor) => {
      const instance = byDigest(all, descriptor.digest);
      return instance === undefined ? absent(descriptor, found) : instanceOf(stores, instance, descriptor, verify);
    }),
  );
}

async function instanceOf(stores: readonly Store[], found: FoundImage, descriptor: Descriptor, verify: boolean): Promise<Candidate> {
  const key = `manifest-${descriptor.digest}`;
  const bytes = await documentOf(found, found.image.documents[key] === undefined ? "manifest" : key);
  const parsed = parseManifestOrIndex(bytes, `the manifest ${descriptor.digest} of ${nameOf(found)}`);
  if (parsed.kind === "manifest") return candidateOf(stores, found, parsed, bytes, descriptor, verify);
  throw new BallastError("manifest-invalid", `the manifest ${descriptor.digest} of ${nameOf(found)} is an index of its own`);
}

/** A platform that the list names but that was not pulled. */
function absent(descriptor: Descriptor, list: FoundImage): Candidate {
  const error = new BallastError("blob-missing", `${descriptor.digest} of the list ${nameOf(list)} is not in ${list.store.name}`, {
    hint: "only what was pulled is there: pull the image with --platform",
  });
  const { digest, platform } = descriptor;
  return { ...unloaded, digest, platform, problem: { kind: "absent", error }, load: () => Promise.reject(error) };
}

const unloaded = { configDigest: null, layerDigests: [], indexes: [], indexBytes: null, tags: [] } as const;

async function candidateOf(
  stores: readonly Store[],
  found: FoundImage,
  manifest: Manifest,
  bytes: Buffer,
  descriptor: Descriptor | undefined,
  verify: boolean,
): Promise<Candidate> {
  const what = nameOf(found);
  checkImageManifest(manifest, what);
  const configBytes = await documentOf(found, manifest.config.digest);
  if (verify) checkDescribed(configBytes, manifest.config, `config ${manifest.config.digest} of ${what}`);
  const config = parseConfig(configBytes, `config ${manifest.config.digest} of ${what}`);
  const platform = statedPlatform(descriptor?.platform, config.json);
  return {
    ...unloaded,
    digest: digestOf(bytes),
    configDigest: manifest.config.digest,
    platform,
    tags: found.image.names.map(shownName),
    problem: null,
    load: async (context: LoadContext) => {
      const warnings: Warning[] = [...context.warnings];
      const isOci = manifest.mediaType === MediaType.ociManifest;
      const layers = chainOf(stores, found.image).map(({ store, layer }, index) =>
        layerOf(store, layer, index, isOci ? MediaType.ociLayer : MediaType.dockerLayer, warnings),
      );
      return assembleImage(
        {
          reference: context.reference,
          transport: context.transport,
          // The manifest lists the compressed layers of the registry; the store has them unpacked.
          manifest: null,
          annotations: manifest.annotations,
          configDigest: manifest.config.digest,
          configBytes,
          config,
          statedPlatform: descriptor?.platform,
          tags: context.tags,
          layers,
          attestations: [],
          warnings,
          close: () => context.close(),
        },
        what,
      );
    },
  };
}

function layerOf(store: Store, { id, parent, bytes }: StoredLayer, index: number, mediaType: string, warnings: Warning[]): LayerSource {
  const list = store.tarSplitPath(id);
  const files = store.filesPath(id);
  const exact = existsSync(list);
  if (!exact) {
    if (store.driver === "vfs" && parent !== null) {
      throw new BallastError(
        "blob-missing",
        `layer ${index} (${id.slice(0, 12)}) cannot be reconstructed from the layers below it: there is no ${list}`,
        {
          hint: "with the driver vfs a layer's directory holds everything below it too; pull or build the image again",
        },
      );
    }
    warnings.push({
      code: "layer-remade",
      message: `${store.name} does not keep how the archive was put together: it is made of the files as they lie there, without extended attributes, and its diff ID cannot be verified`,
      layer: index,
    });
  }
  const open = async (range?: { readonly start: number; readonly end?: number }): Promise<Readable> =>
    Readable.from(joined(exact ? splitTar(list, files) : directoryTar(files), range), { objectMode: false, highWaterMark: 1024 * 1024 });
  return { digest: null, mediaType, storedBytes: exact ? bytes : null, file: null, assembled: { exact }, open };
}

/** @throws {BallastError} blob-missing, read-failed */
async function documentOf(found: FoundImage, key: string): Promise<Buffer> {
  const bytes = await found.store.document(found.image, key);
  if (bytes !== null) return bytes;
  throw new BallastError("blob-missing", `${key} of ${nameOf(found)} is not in ${found.store.name}`, {
    hint: "the store is damaged: `podman system check`, or pull the image again",
  });
}

function nameOf({ image, store }: FoundImage): string {
  return `${image.names[0] ?? image.id.slice(0, 12)} in ${store.name}`;
}
