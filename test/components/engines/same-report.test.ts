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
import { startRegistry } from "../../helpers/components/servers/registry.ts";
import type { Registry } from "../../helpers/components/servers/registry.ts";
import { run } from "../../helpers/components/run.ts";
import { dockerArchive, ociArchive, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, hardlink, symlink, tar, whiteout } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../../helpers/temp-dir.ts";

const base = tar([
  directory("etc"),
  directory("usr"),
  file("etc/passwd", "root:x:0:0::/:/bin/sh\n"),
  file("usr/big", Buffer.alloc(2_000_000, "ballast")),
  file("usr/same", Buffer.alloc(300_000, "z")),
  hardlink("usr/linked", "usr/same"),
  symlink("bin", "usr/bin"),
  file("caf\u00e9", "\u00fc"),
]);

/** What may differ between transports: names, and how the same layers are wrapped. */
const transportsOwn = {
  image: ["reference", "transport", "manifestDigest", "compressedBytes", "transferredBytes"],
  layer: ["digest", "mediaType", "compressedBytes", "storedBytes", "compression"],
};

interface Report {
  image: Record<string, unknown>;
  layers: Record<string, unknown>[];
  files: unknown[];
}

function comparable(report: Report): Report {
  const without = (object: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
  return {
    ...report,
    image: without(report.image, transportsOwn.image),
    layers: report.layers.map((layer) => without(layer, transportsOwn.layer)),
  };
}

describeComponents(["dockerd", "podman", "containerd", "docker-registry", "skopeo"], "one image, read through every transport", () => {
  const scratch = makeTemporaryDirectory();
  const archive = join(scratch, "app.tar");
  const layout = join(scratch, "layout");
  let docker: Dockerd;
  let podman: Podman;
  let containerd: Containerd;
  let registry: Registry;

  beforeAll(async () => {
    [docker, podman, containerd, registry] = await Promise.all([startDockerd(), startPodman(), startContainerd(), startRegistry()]);
    const image = (compression: "none" | "gzip" | "zstd"): ImageFixture => ({
      tags: ["team/app:1"],
      config: { Env: ["PATH=/bin", "A=1"], Cmd: ["/app"] },
      layers: [
        { content: base, compression, createdBy: "/bin/sh -c #(nop) ADD file:1 in /" },
        { content: [directory("etc"), file("etc/passwd", "app:x:1:1::/:/bin/sh\n")], compression, createdBy: "COPY passwd /etc/passwd" },
        { created_by: "ENV A=1", empty_layer: true },
        { content: [directory("usr"), file("usr/other", Buffer.alloc(300_000, "z")), whiteout("usr/big")], compression },
      ],
    });
    // Docker's own archive holds the layers uncompressed, everybody else's compressed: the config is the same.
    writeFileSync(archive, dockerArchive(image("none")));
    writeFiles(layout, ociLayout([image("gzip")]));
    writeFiles(`${layout}-zstd`, ociLayout([image("zstd")]));
    writeFileSync(join(scratch, "oci.tar"), ociArchive([image("gzip")]));
    await run("skopeo", [
      "copy",
      "--insecure-policy",
      "--dest-tls-verify=false",
      `oci:${layout}:1`,
      `docker://${registry.address}/team/app:1`,
    ]);
    await run("skopeo", ["copy", "--insecure-policy", `oci:${layout}:1`, `dir:${scratch}/dir`]);
    await docker.docker(["load", "-i", archive]);
    await podman.podman(["load", "-i", archive]);
    await containerd.ctr(["images", "import", "--no-unpack", join(scratch, "oci.tar")]);
  }, 180_000);
  afterAll(async () => {
    await Promise.all([docker?.stop(), podman?.stop(), containerd?.stop(), registry?.stop()]);
    removeDirectory(scratch);
  });

  it("gives the same JSON but for what is the transport's own", async () => {
    const sources: Record<string, readonly string[]> = {
      "docker-archive": [`docker-archive:${archive}`],
      oci: [`oci:${layout}`],
      "oci with zstd": [`oci:${layout}-zstd`],
      "oci-archive": [`oci-archive:${scratch}/oci.tar`],
      "docker-daemon": ["docker-daemon:team/app:1", "--host", docker.host],
      podman: ["podman:team/app:1", "--host", podman.host],
      dir: [`dir:${scratch}/dir`],
      "containers-storage": [`containers-storage:[vfs@${podman.directory}/root]team/app:1`],
      containerd: ["containerd:team/app:1", "--address", containerd.socket],
      docker: [`docker://${registry.address}/team/app:1`],
    };
    const reports: Record<string, Report> = {};
    for (const [name, args] of Object.entries(sources)) {
      const result = await runCli(["analyze", "--json", "--files", "--no-cache", ...args]);
      expect(result.status, `${name}: ${result.stderr}`).toBe(0);
      reports[name] = comparable(JSON.parse(result.stdout) as Report);
    }
    const expected = reports["docker-archive"]!;
    expect(expected.layers).toHaveLength(3);
    expect(expected.files).toHaveLength(8);
    for (const [name, report] of Object.entries(reports)) expect(report, name).toEqual(expected);
  }, 180_000);
});
