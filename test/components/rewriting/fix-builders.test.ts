/** `ballast fix --verify` with builders other than docker's own: podman, buildah, and buildx with Docker 29. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { smallDebianTar } from "../../helpers/components/debian-base.ts";
import { describeRecentEngines, startRecentContainerd, startRecentDocker } from "../../helpers/components/engines/recent-engines.ts";
import type { RecentContainerd, RecentDocker } from "../../helpers/components/engines/recent-engines.ts";
import { run } from "../../helpers/components/run.ts";
import { removeDaemonDirectory } from "../../helpers/components/unmount.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { makeTemporaryDirectory, removeDirectory } from "../../helpers/temp-dir.ts";

const dockerfile = (base: string): string => `FROM ${base}\nRUN seq 400000 > /opt/sdk\nRUN echo 1 > /etc/one\nRUN rm /opt/sdk\n`;

async function verified(image: string, directory: string, builder: string, env: Readonly<Record<string, string>>): Promise<object> {
  const args = ["--dockerfile", join(directory, "Dockerfile"), "--builder", builder, "--network", "host", "--verify", "--write", "--json"];
  const result = await runCli(["fix", image, ...args], { env, timeout: 240_000 });
  expect(result.status, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as object;
}

const saved = {
  fixes: [{ id: "late-delete:4", applied: true }],
  verification: { takenOut: [], predictedBytes: 2_688_895, measuredBytes: 2_688_895, namedPaths: 0 },
};
const fixed = (base: string): string => `FROM ${base}\nRUN seq 400000 > /opt/sdk && rm /opt/sdk\nRUN echo 1 > /etc/one\n`;

describeComponents(["podman", "buildah", "mmdebstrap"], "fixes are verified", () => {
  const directory = makeTemporaryDirectory();
  const storage = join(directory, "storage.conf");
  // Without cgroups and namespaces of their own, which a container of tests cannot give.
  const env = { CONTAINERS_STORAGE_CONF: storage, BUILDAH_ISOLATION: "chroot", PATH: `/usr/bin:${process.env["PATH"]}` };
  beforeAll(async () => {
    const roots = `graphroot = "${directory}/root"\nrunroot = "${directory}/run"\n`;
    writeFileSync(storage, `[storage]\ndriver = "vfs"\n${roots}`);
    writeFileSync(join(directory, "Dockerfile"), dockerfile("localhost/small"));
    await run("podman", ["import", "-q", await smallDebianTar(), "localhost/small"], { env });
    await run("buildah", ["build", "--layers", "-q", "-t", "localhost/app", directory], { env });
    await run("podman", ["save", "-q", "-o", join(directory, "app.tar"), "localhost/app"], { env });
  }, 240_000);
  afterAll(() => removeDaemonDirectory(directory));

  it.each(["podman", "buildah"])(
    "by %s",
    async (builder) => {
      writeFileSync(join(directory, "Dockerfile"), dockerfile("localhost/small"));
      expect(await verified(`docker-archive:${directory}/app.tar`, directory, builder, env)).toMatchObject({
        ...saved,
        verification: { ...saved.verification, builder },
      });
      expect(readFileSync(join(directory, "Dockerfile"), "utf8")).toBe(fixed("localhost/small"));
      // What was built for it is gone again.
      const images = (await run("podman", ["images", "--format", "{{.Repository}}"], { env })).toString().trim().split("\n");
      expect(images.filter((name) => name !== "<none>").sort()).toEqual(["localhost/app", "localhost/small"]);
    },
    240_000,
  );
});

describeRecentEngines("fixes are verified with Docker 29", () => {
  let containerd: RecentContainerd;
  let docker: RecentDocker;
  const directory = makeTemporaryDirectory();
  beforeAll(async () => {
    containerd = await startRecentContainerd();
    docker = await startRecentDocker(containerd);
    writeFileSync(join(directory, "Dockerfile"), dockerfile("small"));
    await docker.docker(["import", await smallDebianTar(), "small"]);
    await docker.docker(["buildx", "build", "--network", "host", "--load", "-t", "app", directory]);
  }, 240_000);
  afterAll(async () => {
    await docker?.stop();
    await containerd?.stop();
    removeDirectory(directory);
  });

  it("by buildx", async () => {
    expect(await verified("docker-daemon:app", directory, "buildx", docker.env)).toMatchObject({
      ...saved,
      verification: { ...saved.verification, builder: "docker buildx" },
    });
    expect(readFileSync(join(directory, "Dockerfile"), "utf8")).toBe(fixed("small"));
    expect((await docker.docker(["images", "--format", "{{.Repository}}"])).toString().trim().split("\n").sort()).toEqual(["app", "small"]);
  }, 240_000);
});
