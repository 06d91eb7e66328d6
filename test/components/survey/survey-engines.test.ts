/** Surveys of container engines: what the ledger asks of them, and that its figures are theirs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { startContainerd } from "../../helpers/components/engines/containerd.ts";
import type { Containerd } from "../../helpers/components/engines/containerd.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { startPodman } from "../../helpers/components/engines/podman.ts";
import type { Podman } from "../../helpers/components/engines/podman.ts";
import { describeRecentEngines, startRecentContainerd, startRecentDocker } from "../../helpers/components/engines/recent-engines.ts";
import type { RecentContainerd, RecentDocker } from "../../helpers/components/engines/recent-engines.ts";
import { startSocketProxy } from "../../helpers/components/engines/socket-proxy.ts";
import type { SocketProxy } from "../../helpers/components/engines/socket-proxy.ts";
import { buildImage, dockerArchive, ociArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { parseSurvey } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliOptions } from "../../helpers/run-cli.ts";
import { directory, file, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const base = {
  content: [directory("etc"), directory("app"), file("etc/base", Buffer.alloc(400_000, "b"))],
  createdBy: "COPY base /",
} as const;
const settings = { created: "2026-01-01T00:00:00Z", created_by: 'CMD ["/bin/app"]', empty_layer: true } as const;

/** A layer that only removes has no bytes, as an engine counts them; between the others stand rows without layers. */
const images: readonly ImageFixture[] = [
  {
    layers: [base, settings, { content: [file("app/one", Buffer.alloc(30_000, "1"))], createdBy: "COPY one /app/" }],
    tags: ["team/app:1"],
  },
  {
    layers: [
      base,
      settings,
      { content: [whiteout("etc/base")], createdBy: "RUN rm /etc/base" },
      { content: [file("app/two", Buffer.alloc(20_000, "2"))], createdBy: "COPY two /app/" },
    ],
    tags: ["team/app:2"],
  },
  {
    layers: [{ content: [file("lib/three", Buffer.alloc(10_000, "3"))], createdBy: "COPY three /lib/" }],
    tags: ["other/lib:1"],
  },
];
const names = ["other/lib:1", "team/app:1", "team/app:2"];
/** Bytes of each image's files, as every engine sees them merged. */
const finalBytes = { "other/lib:1": 10_000, "team/app:1": 430_000, "team/app:2": 20_000 };

async function survey(source: string, options: CliOptions, ...args: string[]): Promise<ReturnType<typeof parseSurvey>> {
  const result = await runCli(["survey", "--json", "--state", temporaryDirectory(), ...args, source], options);
  expect([result.stderr, result.status], result.stdout.slice(0, 2000)).toEqual(["", 0]);
  return parseSurvey(result.stdout);
}

interface HeldRow {
  readonly name: string;
  readonly layers: readonly string[];
  readonly analysis: { readonly finalBytes: number };
}

describeComponents(["dockerd"], "survey of Docker", () => {
  let docker: Dockerd;
  let proxy: SocketProxy;
  beforeAll(async () => {
    docker = await startDockerd();
    proxy = await startSocketProxy(docker.socket);
    await docker.docker(["load"], { input: dockerArchive(images) });
    await docker.docker(["tag", names[1]!, "team/app:latest"]);
  }, 120_000);
  afterAll(async () => {
    proxy?.stop();
    await docker?.stop();
  });

  it("makes its ledger of what the engine says, without having one image saved", async () => {
    const env = { DOCKER_HOST: `unix://${proxy.socket}` };
    const found = await survey("docker-daemon:", { env }, "--manifests-only");
    expect(proxy.requests().filter((request) => /\/get\b/.test(request))).toEqual([]);
    expect(found.images.map(({ name }: HeldRow) => name)).toEqual(names);
    expect(found.totals).toMatchObject({ tags: 4, images: 3, layers: 5 });
    // 400,000 of the base, once; what the layer of a removal takes is nothing.
    expect(found.totals.storedBytes).toBe(460_000);
    const tags = new Map(
      found.tags.map((row: { tag: string; exclusiveBytes: number; repository: string }) => [
        `${row.repository}:${row.tag}`,
        row.exclusiveBytes,
      ]),
    );
    expect(Object.fromEntries(tags)).toEqual({
      "other/lib:1": 10_000,
      "team/app:1": 0,
      "team/app:2": 20_000,
      "team/app:latest": 0,
    });
  });

  it("finds in each image what lies in it", async () => {
    const found = await survey("docker-daemon:", { env: { DOCKER_HOST: docker.host } });
    expect(Object.fromEntries(found.images.map(({ name, analysis }: HeldRow) => [name, analysis.finalBytes]))).toEqual(finalBytes);
  });
});

describeComponents(["podman"], "survey of podman", () => {
  let podman: Podman;
  let proxy: SocketProxy;
  beforeAll(async () => {
    podman = await startPodman();
    proxy = await startSocketProxy(podman.socket);
    for (const image of images) await podman.podman(["load"], { input: dockerArchive(image) });
  }, 120_000);
  afterAll(async () => {
    proxy?.stop();
    await podman?.stop();
  });

  it("makes its ledger of what the engine says, and analyses each image as it is", async () => {
    const env = { CONTAINER_HOST: `unix://${proxy.socket}` };
    const found = await survey("podman:", { env }, "--manifests-only");
    expect(found.unreadable).toEqual([]);
    expect(proxy.requests().filter((request) => /\/(?:get|export)\b/.test(request))).toEqual([]);
    expect(found.images.map(({ name }: HeldRow) => name)).toEqual(names);
    // Podman counts a layer by its tar archive.
    const tars = new Map(images.flatMap((image) => buildImage(image).layers.map(({ diffId, tar }) => [diffId, tar.length])));
    expect(found.totals).toMatchObject({ tags: 3, images: 3, layers: 5, storedBytes: [...tars.values()].reduce((a, b) => a + b) });
    const whole = await survey("podman:", { env });
    expect(whole.unreadable).toEqual([]);
    expect(Object.fromEntries(whole.images.map(({ name, analysis }: HeldRow) => [name, analysis.finalBytes]))).toEqual(finalBytes);
  });
});

const packed = images.map((image) => ({
  ...image,
  layers: image.layers.map((layer) => ("content" in layer ? { ...layer, compression: "gzip" as const } : layer)),
}));
/** What the content store holds of the images, by digest. */
const blobs = new Map(
  packed.flatMap((image) => {
    const { config, manifest, layers } = buildImage(image);
    return [config, manifest, ...layers].map(({ digest, bytes }) => [digest, bytes.length] as const);
  }),
);
const storedBytes = [...blobs.values()].reduce((a, b) => a + b);

async function importInto({ ctr, directory: home }: Pick<Containerd, "ctr" | "directory">): Promise<void> {
  const archive = join(home, "images.tar");
  writeFileSync(archive, ociArchive(packed));
  await ctr(["--namespace", "team", "images", "import", "--no-unpack", archive]);
  await ctr(["--namespace", "k8s.io", "images", "import", "--no-unpack", archive]);
}

/** What must hold of containerd of any age: `ctr` is not asked, blobs come by their digests, each layer once. */
async function surveysContent(socket: string): Promise<void> {
  const proxy = await startSocketProxy(socket);
  try {
    const env = { CONTAINERD_ADDRESS: proxy.socket, PATH: "/nowhere" };
    const found = await survey("containerd:", { env }, "--manifests-only");
    expect([...new Set(found.images.map(({ name }: HeldRow) => name))]).toEqual(names);
    expect(found.totals).toMatchObject({ images: 3, layers: 5, storedBytes });
    const before = proxy.received();
    const whole = await survey("containerd:", { env });
    expect(Object.fromEntries(whole.images.map(({ name, analysis }: HeldRow) => [name, analysis.finalBytes]))).toEqual(finalBytes);
    expect(proxy.received() - before).toBeGreaterThan(0);
  } finally {
    proxy.stop();
  }
}

describeComponents(["containerd"], "survey of containerd", () => {
  let containerd: Containerd;
  beforeAll(async () => {
    containerd = await startContainerd();
    await importInto(containerd);
  }, 120_000);
  afterAll(() => containerd?.stop());

  it("reads manifests, configs and layers by their digests, in every namespace", () => surveysContent(containerd.socket));

  it("says what keeps it from asking", async () => {
    const socket = join(temporaryDirectory(), "nobody.sock");
    const { stderr, status } = await runCli(["survey", "containerd:", "--address", socket]);
    expect(status).toBe(3);
    expect(stderr).toBe(
      `error: containerd is not running: there is no socket ${socket}\nhint: start containerd, or name its socket with --address\n`,
    );
  });
});

describeRecentEngines("survey of Docker 29 and containerd 2", () => {
  let containerd: RecentContainerd;
  let docker: RecentDocker;
  beforeAll(async () => {
    containerd = await startRecentContainerd();
    docker = await startRecentDocker(containerd);
    await docker.docker(["load"], { input: dockerArchive(images) });
    await importInto(containerd);
  }, 120_000);
  afterAll(async () => {
    await docker?.stop();
    await containerd?.stop();
  });

  it("makes Docker's ledger without having one image saved", async () => {
    const proxy = await startSocketProxy(docker.host.replace("unix://", ""));
    try {
      const found = await survey("docker-daemon:", { env: { DOCKER_HOST: `unix://${proxy.socket}` } }, "--manifests-only");
      expect(proxy.requests().filter((request) => /\/get\b/.test(request))).toEqual([]);
      expect(found.images.map(({ name }: HeldRow) => name)).toEqual(names);
      expect(found.totals).toMatchObject({ tags: 3, images: 3, layers: 5 });
    } finally {
      proxy.stop();
    }
  });
});
