/** `manifest.json`, the table of contents of `docker save` since Docker 1.10. */
import { BallastError } from "../../base/errors.ts";
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { field, isObject, nameOfType, parseJson, quote, stringField, stringsOf } from "../../image/json.ts";
import { cleanPath } from "../../filesystem/paths.ts";

export interface DockerManifestRow {
  /** Path of the config in the archive, a byte string. */
  readonly config: string;
  /** `[registry/]name:tag`; none for untagged images (`RepoTags: null`). */
  readonly tags: readonly string[];
  /** Paths of the layers, bottom first, byte strings. */
  readonly layers: readonly string[];
  /** Media types by diff ID, as Docker 25 to 28 adds them. */
  readonly mediaTypes: ReadonlyMap<string, string>;
  /** Keys differ from Docker's in upper and lower case; Docker reads them all the same. */
  readonly hasOddKeys: boolean;
}

/** @throws {BallastError} manifest-invalid, limit-exceeded */
export function parseDockerManifest(bytes: Uint8Array, what: string): DockerManifestRow[] {
  const json = parseJson(bytes, what);
  if (!Array.isArray(json)) {
    throw new BallastError("manifest-invalid", `${what} is ${nameOfType(json)} where a list of images is expected`);
  }
  if (json.length === 0) throw new BallastError("manifest-invalid", `${what} lists no image`);
  return json.map((row: unknown, index) => parseRow(row, `entry ${index} of ${what}`));
}

function parseRow(row: unknown, what: string): DockerManifestRow {
  if (!isObject(row)) throw new BallastError("manifest-invalid", `${what} is ${nameOfType(row)} where an image is expected`);
  const config = stringField(row, "Config");
  if (config === undefined) throw new BallastError("manifest-invalid", `${what} names no config`);
  const layers = field(row, "Layers") ?? [];
  if (!Array.isArray(layers) || layers.some((layer) => typeof layer !== "string" || layer === "")) {
    throw new BallastError("manifest-invalid", `Layers of ${what} is not a list of paths: ${quote(layers)}`);
  }
  return {
    config: pathInArchive(config, what),
    tags: stringsOf(field(row, "RepoTags")),
    layers: (layers as string[]).map((layer) => pathInArchive(layer, what)),
    mediaTypes: mediaTypesOf(field(row, "LayerSources")),
    hasOddKeys: !Object.hasOwn(row, "Config") || (layers.length > 0 && !Object.hasOwn(row, "Layers")),
  };
}

/** Turns JSON text into the byte string of the tar header. */
function pathInArchive(path: string, what: string): string {
  const bytes = Buffer.from(path, "utf8").toString("latin1");
  if (path.startsWith("/") || cleanPath(bytes).problem !== null) {
    throw new BallastError("manifest-invalid", `${what} names a path outside of the archive: ${quote(path)}`, {
      hint: "do not trust this image: the path was made to read files of whoever unpacks it",
    });
  }
  return bytes;
}

function mediaTypesOf(value: unknown): Map<string, string> {
  const types = new Map<string, string>();
  if (!isObject(value)) return types;
  for (const [diffId, source] of Object.entries(value)) {
    const type = isObject(source) ? stringField(source, "mediaType") : undefined;
    if (type !== undefined) types.set(diffId, type);
  }
  return types;
}

/** The digest that a path of an archive promises: `blobs/sha256/HEX`, `HEX.json` (Docker), `sha256:HEX` (kaniko); null for other names. */
export function digestInPath(path: string): Digest | null {
  const blob = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/.exec(path);
  const file = /^(?:sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(path);
  if (blob === null) return file === null ? null : `sha256:${file[1]!}`;
  const digest = `${blob[1]}:${blob[2]}`;
  return isDigest(digest) ? digest : null;
}
