/** An analysis written by hand, for what only reads one: the gate and the reports. */
import type { Analysis } from "../../analyzers/analysis.ts";
import type { SecretFinding } from "../../analyzers/secrets/findings/secret-finding.ts";
import { MergedTree } from "../../src/filesystem/merged-tree.ts";
import type { ContainerConfig } from "../../src/image/config.ts";
import { catalogOf } from "./trees/catalog.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;

export interface AnalysisFixture extends Partial<Omit<Analysis, "image">> {
  readonly reference?: string;
  readonly container?: Partial<ContainerConfig>;
}

/** One layer with one file, nothing wrong with it. */
export function analysisOf({ reference = "test/app:1", container = {}, ...changes }: AnalysisFixture = {}): Analysis {
  const tree = new MergedTree();
  tree.addLayer(catalogOf([{ path: "etc/" }, { path: "etc/a", size: 1000 }]));
  const unused = () => Promise.reject(new Error("not read in this test"));
  const shownConfig = {
    architecture: "amd64",
    os: "linux",
    created: null,
    container: {
      user: "app",
      env: [],
      entrypoint: null,
      cmd: null,
      labels: {},
      exposedPorts: [],
      volumes: [],
      shell: null,
      onBuild: [],
      healthcheck: null,
      ...container,
    },
    diffIds: [digest("d")],
    history: [],
  };
  return {
    image: {
      reference,
      transport: "docker-archive",
      manifestDigest: null,
      manifestBytes: null,
      manifestMediaType: null,
      annotations: {},
      configDigest: digest("c"),
      configBytes: Buffer.from("{}"),
      config: { ...shownConfig, json: {} },
      platform: { os: "linux", architecture: "amd64" },
      tags: [],
      layers: [
        {
          index: 0,
          digest: null,
          diffId: digest("d"),
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          storedBytes: 2048,
          annotations: {},
          createdBy: "COPY a /etc/",
          created: null,
          file: null,
          open: unused,
        },
      ],
      attestations: [],
      warnings: [],
      transferredBytes: () => null,
      close: () => Promise.resolve(),
    },
    tree,
    scope: { secrets: "full", duplicates: true },
    layers: [
      {
        index: 0,
        digest: digest("d"),
        diffId: digest("d"),
        mediaType: "application/vnd.oci.image.layer.v1.tar",
        compressedBytes: 500,
        bytes: 1000,
        entries: 2,
        createdBy: "COPY a /etc/",
        created: null,
        wastedBytes: 0,
      },
    ],
    totals: { totalBytes: 1000, finalBytes: 1000, compressedBytes: 500, wastedBytes: 0 },
    base: { layers: 0, from: "none", reference: null },
    efficiency: {
      score: 1,
      user: { bytes: 1000, wastedBytes: 0, wastedRatio: 0 },
      dive: { efficiency: 1, sizeBytes: 1000, userSizeBytes: 0, wastedBytes: 0, wastedUserPercent: null, inefficiencies: [] },
    },
    waste: [],
    duplicates: [],
    leftovers: [],
    packages: {
      owners: [{ kind: "unowned", package: null, name: "/etc", bytes: 1000, files: 1 }],
      packages: [],
      findings: [],
      unownedBytes: 1000,
      entryOwners: [new Int32Array([-1, 0])],
      warnings: [],
    },
    accounts: new Map([["app", 1000]]),
    secrets: [],
    incomplete: [],
    verified: true,
    warnings: [],
    shown: { config: shownConfig, annotations: {} },
    ...changes,
  };
}

export function secretOf(changes: Partial<SecretFinding> = {}): SecretFinding {
  return {
    rule: "aws-access-key",
    title: "AWS access key",
    severity: "high",
    confidence: "high",
    locations: [{ surface: "env", key: "AWS_KEY" }],
    state: "metadata",
    redacted: "AKIA********",
    fingerprint: "f00d",
    advice: "rotate it, and pass it with RUN --mount=type=secret",
    inherited: false,
    ...changes,
  };
}
