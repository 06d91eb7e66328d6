import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { parseConfig } from "../../src/image/config.ts";
import { maxJsonBytes } from "../../src/image/json.ts";
import {
  checkImageManifest,
  checkLayerCount,
  isAttestation,
  parseIndex,
  parseManifest,
  parseManifestOrIndex,
} from "../../src/image/manifest.ts";
import { isOddLayerType } from "../../src/image/media-types.ts";

const digest = `sha256:${"a".repeat(64)}`;
const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";
const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 2 };
const layer = { mediaType: layerType, digest, size: 10 };
const manifest = { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers: [layer] };
const index = { schemaVersion: 2, manifests: [{ mediaType: manifest.mediaType, digest, size: 5 }] };

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

function errorOf(action: () => unknown): BallastError {
  try {
    action();
  } catch (error) {
    if (error instanceof BallastError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("manifests and indexes", () => {
  it("reads an OCI manifest", () => {
    expect(parseManifest(bytes({ ...manifest, annotations: { a: "b" } }), "m")).toMatchObject({
      kind: "manifest",
      config,
      layers: [layer],
      annotations: { a: "b" },
    });
  });

  it("takes an index without a media type for an OCI index", () => {
    expect(parseIndex(bytes(index), "i").mediaType).toBe("application/vnd.oci.image.index.v1+json");
  });

  it("reads a list of layers that Go wrote as null as no layers", () => {
    expect(parseManifest(bytes({ ...manifest, layers: null }), "m").layers).toEqual([]);
  });

  it("refuses a manifest that is an index as well (CVE-2021-41190)", () => {
    const error = errorOf(() => parseManifestOrIndex(bytes({ ...manifest, ...index }), "manifest x of app.tar"));
    expect(error.code).toBe("manifest-invalid");
    expect(error.message).toMatch(/manifest x of app\.tar is ambiguous.*CVE-2021-41190/);
  });

  it("refuses a manifest announced as an index", () => {
    const error = errorOf(() => parseManifestOrIndex(bytes(manifest), "m", "application/vnd.oci.image.index.v1+json"));
    expect(error.code).toBe("manifest-invalid");
  });

  it("refuses index keys under a manifest's media type", () => {
    expect(errorOf(() => parseManifestOrIndex(bytes({ ...index, mediaType: manifest.mediaType }), "m")).code).toBe("manifest-invalid");
  });

  it.each([
    ["schemaVersion 1", { schemaVersion: 1, fsLayers: [], history: [] }],
    ["the signed media type", { mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws", fsLayers: [] }],
  ])("says that schema 1 is not supported (%s)", (_, document) => {
    const error = errorOf(() => parseManifestOrIndex(bytes(document), "m"));
    expect(error.code).toBe("unsupported-image");
    expect(error.message).toContain("schema 1");
  });

  it.each([
    ["null", "null", /is null/],
    ["an array", "[]", /is an array/],
    ["no JSON", "{", /not valid JSON/],
    ["an empty file", "", /it is empty/],
    ["neither", "{}", /neither an image manifest nor an index/],
    ["bytes that are not UTF-8", '{"a":"\xff"}', /not valid JSON/],
    ["200 levels", "[".repeat(200), /nested more than/],
    ["a config without digest", '{"schemaVersion":2,"layers":[],"config":{"size":1}}', /config of m has no sha256/],
    ["a negative size", JSON.stringify({ ...manifest, layers: [{ ...layer, size: -1 }] }), /layers\[0\] of m has no size/],
    ["a size of 2^63", JSON.stringify({ ...manifest, layers: [{ ...layer, size: 2 ** 63 }] }), /layers\[0\] of m has no size/],
    ["a digest that walks out", JSON.stringify({ ...manifest, layers: [{ ...layer, digest: "sha256:../../etc/passwd" }] }), /layers\[0\]/],
    ["layers that are a string", JSON.stringify({ ...manifest, layers: "x" }), /layers of m is a string/],
  ])("refuses %s", (_, text, message) => {
    const error = errorOf(() => parseManifestOrIndex(Buffer.from(text, "latin1"), "m"));
    expect(error.code).toBe("manifest-invalid");
    expect(error.message).toMatch(message);
  });

  it.each([
    '{"config":{"Env":[DB_PASSWORD=hunter22]}}',
    "hunter22",
    `{"a":[${" ".repeat(99)}hunter22${" ".repeat(99)}]}`,
    '{"a":"hunter22"x}',
  ])("does not quote what may be a secret when %s is no JSON", (text) => {
    const error = errorOf(() => parseManifestOrIndex(Buffer.from(text), "m"));
    expect(error.message).toMatch(/^m is not valid JSON: \S/);
    expect(`${error.message} ${error.hint} ${error.stack} ${String(error.cause)}`).not.toMatch(/hunter|\.\.\./);
  });

  it("refuses a document over 20 MiB without parsing it", () => {
    expect(errorOf(() => parseManifestOrIndex(Buffer.alloc(maxJsonBytes + 1), "m")).code).toBe("limit-exceeded");
  });

  it("is not fooled by a __proto__ key", () => {
    const text = JSON.stringify(manifest).replace(
      /}$/,
      ',"annotations":{"__proto__":"x","constructor":"y"},"__proto__":{"artifactType":"z"}}',
    );
    const parsed = parseManifest(Buffer.from(text), "m");
    expect(parsed.artifactType).toBeUndefined();
    expect(Object.keys(parsed.annotations)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["artifactType"]).toBeUndefined();
  });
});

describe("what is not an image", () => {
  const messageFor = (document: unknown) => errorOf(() => checkImageManifest(parseManifest(bytes(document), "m"), "app:1")).message;

  it("names a Helm chart", () => {
    const helm = { ...manifest, config: { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" } };
    expect(messageFor(helm)).toContain("a Helm chart");
  });

  it("names an artifact by its type", () => {
    const artifact = {
      ...manifest,
      artifactType: "application/x.sbom",
      config: { ...config, mediaType: "application/vnd.oci.empty.v1+json" },
    };
    expect(messageFor(artifact)).toContain('an artifact of type "application/x.sbom"');
  });

  it("names the encrypted layer", () => {
    const encrypted = { ...manifest, layers: [layer, { ...layer, mediaType: `${layerType}+encrypted` }] };
    expect(messageFor(encrypted)).toMatch(/layer 1 \(sha256:a+\) of app:1 is encrypted/);
  });

  it("names the layer of unknown type", () => {
    expect(messageFor({ ...manifest, layers: [layer, { ...layer, mediaType: "text/plain" }] })).toContain('unknown type "text/plain"');
    expect(messageFor({ ...manifest, layers: [{ ...layer, mediaType: "text/plain" }] })).toContain('artifact of type "text/plain"');
  });

  it("says when layers and diff IDs do not match in number", () => {
    const parsed = parseConfig(bytes({ rootfs: { type: "layers", diff_ids: [digest, digest] } }), "config");
    expect(errorOf(() => checkLayerCount(1, parsed, "app:1")).message).toBe("app:1 lists 1 layers, its config 2 diff IDs");
  });

  it.each([
    "application/tar+gzip",
    "application/x-tar",
    "application/vnd.docker.image.rootfs.diff.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar.gzip",
    "application/vnd.oci.image.layer.v1.tar; charset=utf-8",
    "Application/vnd.oci.image.layer.v1.tar+gzip",
  ])("takes %s below an image's config for the tar that it says it is", (mediaType) => {
    const document = { ...manifest, layers: [{ ...layer, mediaType }] };
    expect(() => checkImageManifest(parseManifest(bytes(document), "m"), "m")).not.toThrow();
    expect(isOddLayerType(mediaType)).toBe(true);
  });

  it.each([`${layerType}+encrypted`, layerType, "application/vnd.oci.image.layer.v1.squashfs", "application/target", "text/tar"])(
    "takes %s for no odd tar",
    (mediaType) => {
      expect(isOddLayerType(mediaType)).toBe(false);
    },
  );

  it("accepts every layer type of OCI and Docker", () => {
    const types = [
      "application/vnd.oci.image.layer.v1.tar",
      "application/vnd.oci.image.layer.v1.tar+zstd",
      "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
      "application/vnd.docker.image.rootfs.diff.tar.gzip",
      "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ];
    const document = { ...manifest, layers: types.map((mediaType) => ({ ...layer, mediaType })) };
    expect(() => checkImageManifest(parseManifest(bytes(document), "m"), "m")).not.toThrow();
  });

  it("knows attestations by annotation and by artifact type", () => {
    const entry = parseIndex(
      bytes({
        manifests: [
          { ...index.manifests[0], annotations: { "vnd.docker.reference.type": "attestation-manifest" } },
          { ...index.manifests[0], artifactType: "application/vnd.docker.attestation.manifest.v1+json" },
          { ...index.manifests[0], platform: { os: "linux", architecture: "amd64" } },
        ],
      }),
      "i",
    );
    expect(entry.manifests.map(isAttestation)).toEqual([true, true, false]);
  });
});

describe("the image config", () => {
  it("reads what a container runs with and keeps unknown keys", () => {
    const parsed = parseConfig(
      bytes({
        architecture: "arm64",
        os: "linux",
        variant: "v8",
        created: "2024-01-01T00:00:00Z",
        config: { Env: ["A=1"], Cmd: "sh", Labels: { a: "b", n: 3 }, ExposedPorts: { "80/tcp": {} }, Healthcheck: { Test: ["CMD", "x"] } },
        rootfs: { type: "layers", diff_ids: [digest] },
        history: [{ created_by: "ADD x" }, null, { created_by: "ENV A=1", empty_layer: true }],
        future: { key: 1 },
      }),
      "config",
    );
    expect(parsed.container).toMatchObject({ env: ["A=1"], cmd: ["sh"], entrypoint: null, labels: { a: "b" }, exposedPorts: ["80/tcp"] });
    expect(parsed.history).toEqual([{ createdBy: "ADD x" }, {}, { createdBy: "ENV A=1", emptyLayer: true }]);
    expect(parsed.json["future"]).toEqual({ key: 1 });
    expect(parsed).toMatchObject({ architecture: "arm64", variant: "v8", diffIds: [digest] });
  });

  it.each([
    ["no rootfs", {}],
    ["a diff ID that is not a digest", { rootfs: { diff_ids: ["sha256:zz"] } }],
    ["diff IDs that are no list", { rootfs: { diff_ids: 7 } }],
  ])("refuses %s", (_, document) => {
    expect(errorOf(() => parseConfig(bytes(document), "config")).code).toBe("manifest-invalid");
  });
});
