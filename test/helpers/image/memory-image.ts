/** An image of uncompressed layers in memory, for tests that need no file. */
import { Readable } from "node:stream";

import { parseConfig } from "../../../src/image/config.ts";
import { digestOf } from "../../../src/image/digest.ts";
import type { Image, Layer } from "../../../src/image/image.ts";

export function memoryImage(
  layers: readonly Buffer[],
  more: { readonly config?: Record<string, unknown>; readonly history?: readonly object[] } = {},
): Image {
  const diffIds = layers.map((bytes) => digestOf(bytes));
  const config = {
    architecture: "amd64",
    os: "linux",
    created: "2020-01-02T03:04:05Z",
    config: {},
    ...more.config,
    rootfs: { type: "layers", diff_ids: diffIds },
    history: more.history ?? layers.map((_, index) => ({ created: "2020-01-02T03:04:05Z", created_by: `RUN step ${index}` })),
  };
  const configBytes = Buffer.from(JSON.stringify(config));
  return {
    reference: "test",
    transport: "docker-archive",
    manifestDigest: null,
    manifestBytes: null,
    manifestMediaType: null,
    annotations: {},
    configDigest: digestOf(configBytes),
    configBytes,
    config: parseConfig(configBytes, "the config"),
    platform: { os: "linux", architecture: "amd64" },
    tags: [],
    layers: layers.map((bytes, index): Layer => ({
      index,
      digest: diffIds[index]!,
      diffId: diffIds[index]!,
      mediaType: "application/vnd.oci.image.layer.v1.tar",
      storedBytes: bytes.length,
      annotations: {},
      createdBy: `RUN step ${index}`,
      created: null,
      file: null,
      open: async (range) => Readable.from([bytes.subarray(range?.start ?? 0, range?.end ?? bytes.length)]),
    })),
    attestations: [],
    warnings: [],
    transferredBytes: () => null,
    close: async () => {},
  };
}
