import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import type { BallastError } from "../../../src/base/errors.ts";
import type { Image } from "../../../src/image/image.ts";
import { openContainerd } from "../../../src/transports/containerd/open.ts";
import { daemonDestination } from "../../../src/transports/daemon/load.ts";
import { openDaemon } from "../../../src/transports/daemon/open.ts";
import type { OpenOptions } from "../../../src/transports/transport.ts";
import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { startContainerd } from "../../helpers/components/engines/containerd.ts";
import type { Containerd } from "../../helpers/components/engines/containerd.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../../helpers/components/engines/dockerd.ts";
import { startPodman } from "../../helpers/components/engines/podman.ts";
import type { Podman } from "../../helpers/components/engines/podman.ts";
import { ociArchive } from "../../helpers/image-fixture.ts";
import { startRegistry } from "../../helpers/components/servers/registry.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { directory, file, tar } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../../helpers/temp-dir.ts";

const base = tar([directory("bin"), directory("etc"), file("etc/os-release", "ID=test\n"), file("big", Buffer.alloc(3_000_000, "x"))]);

/** A build context whose image has three layers and needs no shell. */
function buildContext(directoryPath: string): string {
  mkdirSync(directoryPath, { recursive: true });
  writeFileSync(join(directoryPath, "Dockerfile"), 'FROM test/base:1\nCOPY one /one\nENV A=b\nCOPY two /two\nCMD ["/one"]\n');
  writeFileSync(join(directoryPath, "one"), "one");
  writeFileSync(join(directoryPath, "two"), "two");
  return directoryPath;
}

function options(connection: OpenOptions["connection"], more: Partial<OpenOptions> = {}): OpenOptions {
  return { platform: null, verify: true, connection, ...more };
}

async function hashOf(stream: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}

/** Opens with a sink for layers, as analysis does, and returns the digests of what flowed by. */
async function streamed(
  open: (options: OpenOptions) => Promise<{ images: readonly Image[] }>,
  opened: OpenOptions,
): Promise<{ image: Image; flowed: Set<string> }> {
  const flowed = new Set<string>();
  const set = await open({
    ...opened,
    onLayerBlob: async (blob) => {
      flowed.add(await hashOf(blob));
    },
  });
  return { image: set.images[0]!, flowed };
}

async function refusal(promise: Promise<unknown>): Promise<BallastError> {
  return await promise.then(
    () => expect.unreachable("it should have been refused"),
    (error: BallastError) => error,
  );
}

const smaller = {
  layers: [
    { content: base, compression: "gzip" as const },
    { content: [file("added", "1")], compression: "gzip" as const },
  ],
};

describeComponents(["dockerd"], "images in Docker", () => {
  let docker: Dockerd;
  beforeAll(async () => {
    docker = await startDockerd();
    await docker.importRootfs(base, "test/base:1");
    const context = buildContext(join(docker.directory, "context"));
    await docker.build(context, "test/classic:1");
    await docker.build(context, "test/buildkit:1", { buildKit: true });
  }, 120_000);
  afterAll(() => docker?.stop());

  it.each(["test/classic:1", "test/buildkit:1"])("%s is read in one pass, every layer flowing by once", async (name) => {
    const { image, flowed } = await streamed((o) => openDaemon("docker-daemon", name, o), options({ host: docker.host }));
    const inspected = JSON.parse((await docker.docker(["image", "inspect", name])).toString()) as {
      Id: string;
      RootFS: { Layers: string[] };
    }[];
    expect(image.configDigest).toBe(inspected[0]!.Id);
    expect(image.layers.map((layer) => layer.diffId)).toEqual(inspected[0]!.RootFS.Layers);
    expect([...flowed].toSorted()).toEqual([...inspected[0]!.RootFS.Layers].toSorted());
    expect(image.transport).toBe("docker-daemon");
    expect(image.tags).toEqual([name]);
    expect(image.layers[1]!.createdBy).toContain("one");
    expect(image.transferredBytes()).toBeNull();
    await image.close();
  });

  it("is found by ID, short ID, digest-less name and the name of a container", async () => {
    const id = (await docker.docker(["image", "inspect", "-f", "{{.Id}}", "test/classic:1"])).toString().trim();
    await docker.docker(["create", "--name", "worker", "test/classic:1"]);
    await docker.docker(["tag", "test/classic:1", "test/latest"]);
    for (const name of [id, id.slice(7, 19), "test/latest", "worker"]) {
      const { image } = await streamed((o) => openDaemon("docker-daemon", name, o), options({ host: docker.host }));
      expect(image.configDigest, name).toBe(id);
      expect(image.tags, name).toContain("test/classic:1");
      expect(
        image.warnings.map(({ code }) => code),
        name,
      ).toEqual(name === "worker" ? ["container-image"] : []);
      await image.close();
    }
  });

  it("keeps a copy that can be read again when nobody takes the layers as they flow", async () => {
    const set = await openDaemon("docker-daemon", "test/classic:1", options({ host: docker.host }));
    onTestFinished(() => set.close());
    for (const layer of set.images[0]!.layers) {
      expect(await hashOf(await layer.open())).toBe(layer.diffId);
      expect(await hashOf(await layer.open())).toBe(layer.diffId);
    }
  });

  it("are reached over ssh, through the client at the other end", async () => {
    // No ssh server is needed to see that: what ssh would run over there runs here, with the words and pipes of the real thing.
    const bin = temporaryDirectory();
    const script = `#!/bin/sh\nfor last; do :; done\nDOCKER_HOST=${docker.host} exec sh -c "$last"\n`;
    writeFileSync(join(bin, "ssh"), script, { mode: 0o755 });
    const { PATH } = process.env;
    process.env["PATH"] = `${bin}:${PATH}`;
    onTestFinished(() => void (process.env["PATH"] = PATH));
    const { image, flowed } = await streamed(
      (o) => openDaemon("docker-daemon", "test/classic:1", o),
      options({ host: "ssh://me@far.example" }),
    );
    expect(flowed.size).toBe(image.layers.length);
    expect(image.transferredBytes()).toBeGreaterThan(3_000_000);
    await image.close();
    writeFileSync(join(bin, "ssh"), "#!/bin/sh\necho 'me@far.example: Permission denied (publickey).' >&2\nexit 255\n", { mode: 0o755 });
    const error = await refusal(openDaemon("docker-daemon", "test/classic:1", options({ host: "ssh://me@far.example" })));
    expect(error.code).toBe("daemon-unavailable");
    expect(error.message).toBe("ssh://me@far.example: me@far.example: Permission denied (publickey).");
  });

  it("that is not there is said to be missing, with what is there and what to do", async () => {
    const error = await refusal(openDaemon("docker-daemon", "classic:2", options({ host: docker.host })));
    expect(error.code).toBe("image-not-found");
    expect(error.message).toContain("test/classic:1");
    expect(error.hint).toContain("--pull");
  });

  it("cannot be had for another platform", async () => {
    const error = await refusal(
      openDaemon("docker-daemon", "test/classic:1", options({ host: docker.host }, { platform: { os: "linux", architecture: "s390x" } })),
    );
    expect(error.code).toBe("platform-not-found");
    expect(error.message).toContain("linux/amd64");
  });

  it("that cannot be pulled says what the engine said", async () => {
    const error = await refusal(
      openDaemon("docker-daemon", "127.0.0.1:1/none", options({ host: docker.host, pull: true, authFile: "/nonexistent" })),
    );
    expect(error.code).toBe("connection-failed");
    expect(error.message).toMatch(/cannot pull .*connection refused/);
  });

  it("are out of reach when the socket is not ours, and the message names its group", async () => {
    chmodSync(docker.socket, 0o660);
    const { setegid, seteuid } = process;
    if (setegid === undefined || seteuid === undefined) return;
    // vitest's threads cannot change their user: a process of its own has to.
    const { tryRun } = await import("../../helpers/components/run.ts");
    const script = `
      process.setgid(65534); process.setuid(65534);
      const { openDaemon } = await import(${JSON.stringify(join(import.meta.dirname, "../../../dist/src/transports/daemon/open.js"))});
      await openDaemon("docker-daemon", "a", { platform: null, verify: true, connection: { host: ${JSON.stringify(docker.host)} } })
        .catch((error) => console.log(error.code, error.message, error.hint));`;
    chmodSync(docker.directory, 0o755);
    const { stdout, stderr } = await tryRun(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.toString(), stderr).toMatch(/^daemon-denied nobody may not use the Docker socket .*belongs to the group \w+/);
  });
});

describeComponents(["dockerd", "docker-registry"], "an image that Docker does not have", () => {
  it("is pulled by it when --pull allows", async () => {
    const [docker, registry] = await Promise.all([startDockerd(), startRegistry()]);
    onTestFinished(async () => {
      await Promise.all([docker.stop(), registry.stop()]);
    });
    const outgoing = outgoingOf(smaller);
    const name = `${registry.address}/team/far:1`;
    await registryDestination(name).write(outgoing, { force: false, connection: { authFile: "/nonexistent" } });
    const connection = { host: docker.host, authFile: "/nonexistent" };
    expect((await refusal(openDaemon("docker-daemon", name, options(connection)))).code).toBe("image-not-found");
    const { image } = await streamed((o) => openDaemon("docker-daemon", name, o), options({ ...connection, pull: true }));
    expect(image.configDigest).toBe(outgoing.built.config.digest);
    await image.close();
    const missing = await refusal(openDaemon("docker-daemon", `${registry.address}/team/none:1`, options({ ...connection, pull: true })));
    expect(missing.code).toBe("image-not-found");
  }, 60_000);
});

describeComponents(["dockerd"], "Docker as a destination", () => {
  let docker: Dockerd;
  beforeAll(async () => {
    docker = await startDockerd();
  }, 60_000);
  afterAll(() => docker?.stop());

  it("loads the image under its name, and refuses to take a name from another image", async () => {
    const writing = { force: false, connection: { host: docker.host } };
    const outgoing = outgoingOf(smaller);
    const destination = daemonDestination("docker-daemon", "team/smaller:1");
    await destination.check(writing);
    await destination.write(outgoing, writing);
    const id = (await docker.docker(["image", "inspect", "-f", "{{.Id}}", "team/smaller:1"])).toString().trim();
    expect(id).toBe(outgoing.built.config.digest);
    expect(destination.reopenName).toBe("docker-daemon:team/smaller:1");
    expect((await refusal(daemonDestination("docker-daemon", "team/smaller:1").check(writing))).code).toBe("destination-exists");
  });

  it("gives the name back to the image that had it when the new one does not pass", async () => {
    const writing = { force: true, connection: { host: docker.host } };
    const idOf = async (): Promise<string> => (await docker.docker(["image", "inspect", "-f", "{{.Id}}", "team/kept:1"])).toString().trim();
    await daemonDestination("docker-daemon", "team/kept:1").write(outgoingOf(smaller), writing);
    const before = await idOf();
    const second = daemonDestination("docker-daemon", "team/kept:1");
    await second.write(outgoingOf({ layers: [[file("other", "2")]] }), writing);
    expect(await idOf()).not.toBe(before);
    await second.remove(writing);
    expect(await idOf()).toBe(before);
    const fresh = daemonDestination("docker-daemon", "team/fresh:1");
    await fresh.write(outgoingOf({ layers: [[file("third", "3")]] }), writing);
    await fresh.remove(writing);
    expect((await docker.docker(["image", "ls", "-q", "team/fresh"])).toString()).toBe("");
  });

  it("is told from a broken source: what the source did wrong is the error, and no image is left", async () => {
    const writing = { force: false, connection: { host: docker.host } };
    const outgoing = outgoingOf(smaller);
    const image = outgoing.images[0]!;
    const changed = { ...image.layers[1]!, open: async () => Readable.from([Buffer.alloc(image.layers[1]!.descriptor.size)]) };
    const broken = { ...outgoing, images: [{ ...image, layers: [image.layers[0]!, changed] }] };
    expect((await refusal(daemonDestination("docker-daemon", "team/broken:1").write(broken, writing))).code).toBe("digest-mismatch");
    expect((await docker.docker(["image", "ls", "-q", "team/broken"])).toString()).toBe("");
  });
});

describeComponents(["podman"], "images in podman", () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await startPodman();
    await podman.podman(["import", "-", "localhost/test/base:1"], { input: base });
    const context = buildContext(join(podman.directory, "context"));
    await podman.podman(["build", "--isolation", "chroot", "-t", "test/app:1", context]);
  }, 120_000);
  afterAll(() => podman?.stop());

  it.each(["localhost/test/app:1", "test/app:1"])("%s is read in one pass", async (name) => {
    const { image, flowed } = await streamed((o) => openDaemon("podman", name, o), options({ host: podman.host }));
    const id = (await podman.podman(["image", "inspect", "-f", "{{.Id}}", name])).toString().trim();
    expect(image.configDigest).toBe(`sha256:${id}`);
    expect(image.transport).toBe("podman");
    expect([...flowed].toSorted()).toEqual(image.layers.map((layer) => layer.diffId).toSorted());
    await image.close();
  });

  it("are loaded under their name", async () => {
    const writing = { force: false, connection: { host: podman.host } };
    const outgoing = outgoingOf(smaller);
    const destination = daemonDestination("podman", "team/smaller:1");
    await destination.check(writing);
    await destination.write(outgoing, writing);
    const { image } = await streamed((o) => openDaemon("podman", "team/smaller:1", o), options({ host: podman.host }));
    expect(image.configDigest).toBe(outgoing.built.config.digest);
    await image.close();
    expect((await refusal(daemonDestination("podman", "team/smaller:1").check(writing))).code).toBe("destination-exists");
    await destination.remove(writing);
    expect((await refusal(openDaemon("podman", "team/smaller:1", options({ host: podman.host })))).code).toBe("image-not-found");
  });

  it("that is not there is said to be missing", async () => {
    const error = await refusal(openDaemon("podman", "test/none", options({ host: podman.host })));
    expect(error.code).toBe("image-not-found");
    expect(error.message).toContain("Podman has no image or container test/none");
  });
});

describeComponents(["containerd"], "images in containerd", () => {
  const scratch = makeTemporaryDirectory();
  let containerd: Containerd;
  beforeAll(async () => {
    containerd = await startContainerd();
    const archive = join(scratch, "app.tar");
    writeFileSync(archive, ociArchive([{ layers: [{ content: base, compression: "gzip" }, [file("one", "1")]], tags: ["test/app:1"] }]));
    await containerd.ctr(["images", "import", "--no-unpack", archive]);
    await containerd.ctr(["--namespace", "k8s.io", "images", "import", "--no-unpack", archive]);
    await containerd.ctr(["--namespace", "k8s.io", "images", "tag", "docker.io/test/app:1", "registry.k8s.io/pause:1"]);
  }, 120_000);
  afterAll(async () => {
    await containerd?.stop();
    removeDirectory(scratch);
  });

  it.each(["test/app:1", "docker.io/test/app:1", "test/app:1@default", "registry.k8s.io/pause:1", "registry.k8s.io/pause:1@k8s.io"])(
    "%s is found in its namespace and read in one pass",
    async (name) => {
      const { image, flowed } = await streamed((o) => openContainerd(name, o), options({ address: containerd.socket }));
      expect(image.transport).toBe("containerd");
      expect(image.layers).toHaveLength(2);
      expect([...flowed].toSorted()).toEqual(image.layers.map((layer) => layer.digest!).toSorted());
      await image.close();
    },
  );

  it("that is not there is said to be missing, with the namespaces that were searched", async () => {
    const error = await refusal(openContainerd("test/none", options({ address: containerd.socket })));
    expect(error.code).toBe("image-not-found");
    expect(error.message).toContain("default and k8s.io");
    expect((await refusal(openContainerd("test/app:1@other", options({ address: containerd.socket })))).message).toContain(
      "namespace other",
    );
  });

  it("cannot be asked for at a socket where nobody listens", async () => {
    const error = await refusal(openContainerd("test/app:1", options({ address: join(scratch, "none.sock"), timeout: 20_000 })));
    expect(error.code).toBe("daemon-unavailable");
    expect(error.exitStatus).toBe(3);
  });
});
