import { expect, it } from "vitest";

import { scanConfig } from "../../../../analyzers/secrets/config/scan-config.ts";
import { parseConfig } from "../../../../src/image/config.ts";
import type { Image } from "../../../../src/image/image.ts";
import { fillTemplate } from "../fill-template.ts";

/** As much of an image as the config scan reads. */
function imageWith(statement: unknown, config: object = {}): Image {
  const json = { architecture: "amd64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: [] }, history: [], ...config };
  const attestation = { descriptor: {}, statements: async () => [{ predicateType: "https://slsa.dev/provenance/v0.2", json: statement }] };
  return {
    config: parseConfig(Buffer.from(JSON.stringify(json)), "test"),
    annotations: {},
    layers: [],
    attestations: [attestation],
  } as unknown as Image;
}

it("finds build arguments and the Dockerfile in a provenance attestation", async () => {
  const [argument, inFile] = [fillTemplate("{alnum:24}"), fillTemplate("{alnum:20}")];
  const dockerfile = `FROM debian\n# a comment\nENV DB_PASSWORD=${inFile}\nRUN make\n`;
  const hits = await scanConfig(
    imageWith({
      predicate: {
        invocation: { parameters: { args: { "build-arg:DEPLOY_TOKEN": argument, "build-arg:VERSION": "1.2" } } },
        metadata: {
          "https://mobyproject.org/buildkit@v1#metadata": {
            source: { infos: [{ filename: "Dockerfile", data: Buffer.from(dockerfile).toString("base64") }] },
          },
        },
        materials: [{ uri: "pkg:docker/debian@bookworm", digest: { sha256: fillTemplate("{hex:64}") } }],
      },
    }),
  );
  expect(hits.map(({ surface, key, secret }) => [surface, key, secret.reveal()])).toEqual([
    ["provenance", "DEPLOY_TOKEN", argument],
    ["provenance", "DB_PASSWORD", inFile],
  ]);
});

it("finds what older builders left in container_config and build info", async () => {
  const [env, argument] = [fillTemplate("{alnum:24}"), fillTemplate("{alnum:24}")];
  const hits = await scanConfig(
    imageWith(
      {},
      {
        container_config: { Env: [`API_TOKEN=${env}`], Cmd: ["/bin/sh", "-c", "#(nop) "] },
        "moby.buildkit.buildinfo.v1": Buffer.from(JSON.stringify({ attrs: { "build-arg:NPM_TOKEN": argument } })).toString("base64"),
      },
    ),
  );
  expect(hits.map(({ surface, key, secret }) => [surface, key, secret.reveal()])).toEqual([
    ["legacy-config", "API_TOKEN", env],
    ["legacy-config", "NPM_TOKEN", argument],
  ]);
});
