/** The helpers that start real servers, so that a failure of theirs is not taken for one of Ballast's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { describeComponents } from "../helpers/components/available.ts";
import { startContainerd } from "../helpers/components/engines/containerd.ts";
import { startDockerd } from "../helpers/components/engines/dockerd.ts";
import { startPodman } from "../helpers/components/engines/podman.ts";
import { startRegistry } from "../helpers/components/servers/registry.ts";
import { run, tryRun } from "../helpers/components/run.ts";
import { dockerArchive, ociArchive } from "../helpers/image-fixture.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const image = { layers: [[file("hello", "world")], [file("second", "layer")]], tags: ["fixture:1"] };

describeComponents(["dockerd"], "a Docker Engine of our own", () => {
  it.each(["1.10", "25", "29"] as const)(
    "loads our archive in the shape of Docker %s, and saves it again",
    { timeout: 60_000 },
    async (shape) => {
      const engine = await startDockerd();
      try {
        const loaded = await engine.docker(["load"], { input: dockerArchive(image, { shape }) });
        expect(loaded.toString()).toContain("Loaded image: fixture:1");
        const container = (await engine.docker(["create", "fixture:1", "x"])).toString().trim();
        const exported = await engine.docker(["export", container]);
        expect((await run("tar", ["-tf", "-"], { input: exported })).toString()).toMatch(/^hello$[\s\S]*^second$/m);
      } finally {
        await engine.stop();
      }
    },
  );
});

describeComponents(["podman"], "podman's service", () => {
  it("loads our archive", { timeout: 60_000 }, async () => {
    const podman = await startPodman();
    try {
      await podman.podman(["load"], { input: dockerArchive(image, { shape: "1.10" }) });
      expect((await podman.podman(["images", "--format", "{{.Repository}}:{{.Tag}}"])).toString()).toBe("localhost/fixture:1\n");
    } finally {
      await podman.stop();
    }
  });
});

describeComponents(["containerd"], "containerd", () => {
  it("imports our archive", { timeout: 60_000 }, async () => {
    const containerd = await startContainerd();
    try {
      const path = join(temporaryDirectory(), "image.tar");
      writeFileSync(path, dockerArchive(image, { shape: "29" }));
      await containerd.ctr(["images", "import", "--no-unpack", path]);
      expect((await containerd.ctr(["images", "ls", "-q"])).toString()).toContain("docker.io/fixture:1");
    } finally {
      await containerd.stop();
    }
  });
});

describeComponents(["docker-registry", "skopeo", "openssl"], "registries", () => {
  it.each([{ tls: false }, { tls: true }, { auth: "basic" as const }, { auth: "token" as const }, { auth: "anonymous-token" as const }])(
    "%o takes an image and gives it back",
    { timeout: 60_000 },
    async (options) => {
      const registry = await startRegistry(options);
      try {
        const path = join(temporaryDirectory(), "image.tar");
        writeFileSync(path, ociArchive([{ ...image, layers: image.layers.map((content) => ({ content, compression: "gzip" as const })) }]));
        const { username, password } = registry.credentials;
        const login = "auth" in options && options.auth !== "anonymous-token" ? ["--dest-creds", `${username}:${password}`] : [];
        const tls = options.tls === true ? ["--dest-cert-dir", registry.certificates!.trustDirectory] : ["--dest-tls-verify=false"];
        const target = `docker://${registry.address}/app:1`;
        await run("skopeo", ["copy", "--insecure-policy", ...login, ...tls, `oci-archive:${path}`, target]);
        if (login.length > 0) {
          const anonymous = await tryRun("skopeo", ["inspect", "--tls-verify=false", target]);
          expect(anonymous.status).not.toBe(0);
        }
      } finally {
        await registry.stop();
      }
    },
  );
});
