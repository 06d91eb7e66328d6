/** Docker 29 with containerd's image store, containerd 2 and BuildKit: how today's engines keep and write images. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { startPodman } from "../../helpers/components/engines/podman.ts";
import {
  describeRecentEngines,
  recentEngine,
  startBuildKit,
  startRecentContainerd,
  startRecentDocker,
} from "../../helpers/components/engines/recent-engines.ts";
import type { BuildKit, RecentContainerd, RecentDocker } from "../../helpers/components/engines/recent-engines.ts";
import { accountsOfEveryLength, startRegistry } from "../../helpers/components/servers/registry.ts";
import type { Registry } from "../../helpers/components/servers/registry.ts";
import { run } from "../../helpers/components/run.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import type { CliOptions, CliResult } from "../../helpers/run-cli.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../../helpers/temp-dir.ts";

interface Report {
  readonly image: { readonly platform: string; readonly finalBytes: number; readonly totalBytes: number; readonly layerCount: number };
  readonly warnings: readonly { readonly code: string }[];
}

const platforms = ["linux/amd64", "linux/arm64"] as const;

/** An image of two platforms, the content of which differs in size. */
function twoPlatforms(name: string): Buffer {
  const images: ImageFixture[] = platforms.map((platform, at) => ({
    layers: [[file("etc/platform", platform), file("content", String(at).repeat(1000 * (at + 1)))]],
    platform,
    tags: [name],
  }));
  return dockerArchive(images, { shape: "29", layout: { attestations: false } });
}

const bytesOf = { "linux/amd64": 1011, "linux/arm64": 2011 } as const;

async function analyze(name: string, args: readonly string[] = [], options: CliOptions = {}): Promise<Report> {
  const result = await runCli(["analyze", "--json", "-q", name, ...args], options);
  expect([result.stderr, result.status]).toEqual(["", 0]);
  return JSON.parse(result.stdout) as Report;
}

/** A context whose image runs without anything else in it: a static program, a file that a later layer restates. */
function runnableContext(): string {
  const context = temporaryDirectory();
  copyFileSync(recentEngine("ctr"), join(context, "ctr"));
  mkdirSync(join(context, "data"));
  writeFileSync(join(context, "data/file"), "d".repeat(5000));
  writeFileSync(
    join(context, "Dockerfile"),
    'FROM scratch\nCOPY ctr /ctr\nCOPY data /data\nCOPY --chmod=600 data /data\nCMD ["/ctr", "--version"]\n',
  );
  return context;
}

describeRecentEngines("Docker 29", () => {
  let containerd: RecentContainerd;
  let docker: RecentDocker;
  let registry: Registry;
  let directory: string;

  beforeAll(async () => {
    directory = makeTemporaryDirectory();
    containerd = await startRecentContainerd();
    [docker, registry] = await Promise.all([startRecentDocker(containerd), startRegistry({ auth: "basic" })]);
    writeFileSync(join(directory, "multi.tar"), twoPlatforms("library/multi:1"));
    await docker.docker(["load", "-i", join(directory, "multi.tar")]);
  });

  afterAll(async () => {
    await docker.stop();
    await containerd.stop();
    await registry.stop();
    removeDirectory(directory);
  });

  const cli = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    runCli(args, { ...options, env: { ...docker.env, ...options.env } });
  const on = (args: readonly string[] = []): readonly string[] => ["--host", docker.host, ...args];

  it("gives a platform by tag, ID, short ID and digest, and by the platform's own ID", async () => {
    const id = (await docker.docker(["images", "-q", "--no-trunc", "multi:1"])).toString().trim();
    for (const name of ["multi:1", id, id.slice(7, 19), `multi@${id}`]) {
      for (const platform of platforms) {
        const { image } = await analyze(`docker-daemon:${name}`, on(["--platform", platform]));
        expect([name, image.platform, image.finalBytes]).toEqual([name, platform, bytesOf[platform]]);
      }
    }
    const all = await docker.docker(["image", "inspect", "multi:1"]);
    expect(all.toString()).toContain(id);
    const refused = await runCli(["analyze", `docker-daemon:${id}`, ...on(["--platform", "linux/s390x"])]);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toBe(
      `error: ${id} is there for linux/amd64, linux/arm64, not for linux/s390x\nhint: let the engine fetch it with --pull, or choose --platform linux/amd64 or --platform linux/arm64\n`,
    );
  });

  it("opens the platform that was pulled where others were not, and fetches a missing one only with --pull", async () => {
    const name = `${registry.address}/partial:1`;
    const { username, password } = registry.credentials;
    await run("skopeo", [
      ...["copy", "-q", "--all", "--insecure-policy", "--dest-tls-verify=false", "--dest-creds", `${username}:${password}`],
      ...[`oci-archive:${join(directory, "multi.tar")}`, `docker://${name}`],
    ]);
    await docker.docker(["image", "rm", "-f", "multi:1"]);
    await docker.docker(["login", "-u", username, "-p", password, registry.address]);
    await docker.docker(["pull", "--platform", "linux/arm64", name]);
    const opened = await analyze(`docker-daemon:${name}`, on());
    expect([opened.image.platform, opened.warnings.map(({ code }) => code)]).toEqual(["linux/arm64", ["platform-chosen"]]);
    // Bare, the name is the engine's too: the registry, which has the platform, is not asked behind anyone's back.
    for (const named of [`docker-daemon:${name}`, name]) {
      const missing = await cli(["analyze", "-q", named, "--platform", "linux/amd64"]);
      expect([missing.status, missing.stderr]).toEqual([
        3,
        `error: ${name} is there for linux/arm64, not for linux/amd64\nhint: let the engine fetch it with --pull, or choose --platform linux/arm64\n`,
      ]);
    }
    const pulled = await cli(["analyze", "-q", "--json", `docker-daemon:${name}`, "--platform", "linux/amd64", "--pull"]);
    expect([pulled.stderr, pulled.status]).toEqual(["", 0]);
    expect((JSON.parse(pulled.stdout) as Report).image.finalBytes).toBe(bytesOf["linux/amd64"]);
    await docker.docker(["load", "-i", join(directory, "multi.tar")]);
  });

  it("takes logins of every length to a registry", async () => {
    await run("skopeo", [
      ...["copy", "-q", "--insecure-policy", "--dest-tls-verify=false", "--dest-creds", "u:only-for-tests"],
      ...[`oci-archive:${join(directory, "multi.tar")}`, `docker://${registry.address}/private:1`],
    ]);
    for (const account of accountsOfEveryLength) {
      const name = `docker-daemon:${registry.address}/private:1`;
      const home = temporaryDirectory();
      const login = ["--username", account, "--password-stdin", "--pull", "-q"];
      const result = await runCli(["analyze", name, ...on(login)], { stdin: registry.credentials.password, env: { HOME: home } });
      expect([account, result.stderr, result.status]).toEqual([account, "", 0]);
      await docker.docker(["image", "rm", "-f", `${registry.address}/private:1`]);
    }
  });

  it("writes archives that read as the engine does", async () => {
    const archive = join(directory, "saved.tar");
    await docker.docker(["save", "-o", archive, "multi:1"]);
    for (const platform of platforms) {
      const [saved, direct] = [
        await analyze(archive, ["--platform", platform]),
        await analyze("docker-daemon:multi:1", on(["--platform", platform])),
      ];
      expect([saved.image.finalBytes, direct.image.finalBytes]).toEqual([bytesOf[platform], bytesOf[platform]]);
    }
  });

  it("builds with buildx, is judged, squashed into the containerd store, and runs the same", async () => {
    const context = runnableContext();
    const built = await cli(["build", "--fail", "layer-count=3", "--", "-t", "app:1", "--provenance=true", context], { timeout: 120_000 });
    expect([built.status, built.stdout.trimEnd().split("\n").at(-1)]).toEqual([0, expect.stringMatching(/^Passed/)]);
    const before = await docker.docker(["run", "--rm", "--network", "none", "app:1"]);
    const squashed = await cli(["squash", "-q", "--all", "docker-daemon:app:1", "--output", "docker-daemon:app:small"]);
    expect([squashed.stderr, squashed.status]).toEqual(["", 0]);
    const after = await docker.docker(["run", "--rm", "--network", "none", "app:small"]);
    expect(before.toString()).toMatch(/^ctr /);
    expect(after.toString()).toBe(before.toString());
    expect((await analyze("docker-daemon:app:small", on())).image.layerCount).toBe(1);
  }, 180_000);
});

describeRecentEngines("BuildKit", () => {
  let buildKit: BuildKit;
  beforeAll(async () => {
    buildKit = await startBuildKit();
  });
  afterAll(() => buildKit.stop());

  it("writes every exporter and compression with the same files in them", async () => {
    const context = temporaryDirectory();
    writeFileSync(join(context, "a"), "a".repeat(10_000));
    writeFileSync(join(context, "b"), "b".repeat(20_000));
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY a /a\nCOPY b /a\nCOPY b /b\n");
    const outputs = [
      "type=docker",
      "type=docker,compression=zstd,force-compression=true,oci-mediatypes=true",
      "type=oci",
      "type=oci,compression=uncompressed,force-compression=true",
      "type=oci,compression=gzip,force-compression=true",
      "type=oci,compression=zstd,force-compression=true",
      "type=oci,compression=estargz,force-compression=true",
    ];
    for (const [at, output] of outputs.entries()) {
      const dest = join(context, `${at}.tar`);
      await buildKit.build(context, `${output},dest=${dest},name=app:1`);
      const { image, warnings } = await analyze(dest);
      // Of eStargz, BuildKit puts the table of contents behind the tar's end, where only who looks for it finds it.
      const odd = output.includes("estargz") ? warnings.filter(({ code }) => code !== "tar-trailing-data") : warnings;
      expect([output, image.finalBytes, image.totalBytes, image.layerCount, odd]).toEqual([output, 40_000, 50_000, 3, []]);
    }
  }, 120_000);

  it("attaches provenance, which is not an image to choose, and builds several platforms at once", async () => {
    const context = temporaryDirectory();
    writeFileSync(join(context, "a"), "a".repeat(1000));
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nARG TOKEN\nCOPY a /a\n");
    const dest = join(context, "app.tar");
    const options = ["--opt", `platform=${platforms.join(",")}`, "--opt", "attest:provenance=mode=max"];
    await buildKit.build(context, `type=oci,dest=${dest},name=app:1`, options);
    for (const platform of platforms) {
      const { image } = await analyze(dest, ["--platform", platform]);
      expect([image.platform, image.finalBytes]).toEqual([platform, 1000]);
    }
    const other = await runCli(["analyze", dest, "--platform", "linux/s390x"]);
    expect([other.status, other.stderr]).toEqual([3, expect.stringMatching(/linux\/amd64, linux\/arm64/)]);
    expect(other.stderr).not.toContain("unknown");
  });
});

describeRecentEngines("containerd 2", () => {
  let containerd: RecentContainerd;
  beforeAll(async () => {
    containerd = await startRecentContainerd();
  });
  afterAll(() => containerd.stop());

  it("is read through its own ctr, one platform of several", async () => {
    const archive = join(containerd.directory, "multi.tar");
    writeFileSync(archive, twoPlatforms("test/multi:1"));
    await containerd.ctr(["images", "import", "--all-platforms", "--no-unpack", archive]);
    const env = { PATH: `${recentEngine("")}:${process.env["PATH"] ?? ""}` };
    for (const platform of platforms) {
      const name = "containerd:test/multi:1";
      const { image } = await analyze(name, ["--address", containerd.socket, "--platform", platform], { env });
      expect([image.platform, image.finalBytes]).toEqual([platform, bytesOf[platform]]);
    }
  });
});

describeComponents(["dockerd", "podman", "docker-registry", "skopeo"], "a login that an engine pulls with", () => {
  it("is whole for Docker 20.10 and podman, whatever its length", async () => {
    const registry = await startRegistry({ auth: "basic" });
    const [docker, podman] = await Promise.all([startDockerd(), startPodman({ plainRegistry: registry.address })]);
    try {
      const archive = join(registry.directory, "image.tar");
      writeFileSync(archive, dockerArchive({ layers: [[file("a", "a")]], tags: ["a:1"] }));
      await run("skopeo", [
        ...["copy", "-q", "--insecure-policy", "--dest-tls-verify=false", "--dest-creds", "use:only-for-tests"],
        ...[`docker-archive:${archive}`, `docker://${registry.address}/private:1`],
      ]);
      for (const account of accountsOfEveryLength) {
        for (const name of [`docker-daemon:${registry.address}/private:1`, `podman:${registry.address}/private:1`]) {
          const host = name.startsWith("podman") ? podman.host : docker.host;
          const args = ["analyze", "-q", name, "--host", host, "--pull", "--username", account, "--password-stdin"];
          const result = await runCli(args, { stdin: registry.credentials.password });
          expect([name, account, result.stderr, result.status]).toEqual([name, account, "", 0]);
        }
        await docker.docker(["image", "rm", "-f", `${registry.address}/private:1`]);
        await podman.podman(["image", "rm", "-f", `${registry.address}/private:1`]);
      }
    } finally {
      await Promise.all([docker.stop(), podman.stop(), registry.stop()]);
    }
  });
});
