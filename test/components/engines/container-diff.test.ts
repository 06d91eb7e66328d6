/** A container against the image it was made from, on real engines. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { debianBaseTar } from "../../helpers/components/debian-base.ts";
import { startDockerd } from "../../helpers/components/engines/dockerd.ts";
import { startPodman } from "../../helpers/components/engines/podman.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

interface Diff {
  readonly paths: readonly { readonly path: string; readonly change: string }[];
}

async function changesOf(name: string, host: string): Promise<readonly string[]> {
  const result = await runCli(["diff", "--json", "-q", name, "--host", host]);
  expect([result.stderr, result.status]).toEqual(["", 0]);
  const { paths } = JSON.parse(result.stdout) as Diff;
  return paths.map(({ change, path }) => `${change} ${path}`).sort();
}

describeComponents(["dockerd", "mmdebstrap"], "a container of Docker", () => {
  it("is told from its image by what it added, changed and deleted, also while it runs", async () => {
    const docker = await startDockerd();
    try {
      await docker.docker(["import", await debianBaseTar(), "base:1"]);
      const work =
        "echo new > /etc/new; echo changed >> /etc/issue; rm /etc/motd; rm -r /usr/share/doc/bash; ln -s new /etc/link; mkdir -p /data/deep; exec sleep 600";
      await docker.docker(["run", "-d", "--network", "none", "--name", "web", "base:1", "bash", "-c", work]);
      const expected = ["added /data", "added /data/deep", "added /etc/link", "added /etc/new", "changed /etc/issue", "removed /etc/motd"];
      await expect
        .poll(async () => (await docker.docker(["diff", "web"])).toString().split("\n"), { timeout: 20_000 })
        .toContain("A /data/deep");
      for (const name of ["web", "docker-container:web"]) {
        const changes = await changesOf(name, docker.host);
        expect(changes.filter((change) => !change.includes("/usr/share/doc/bash"))).toEqual(expected);
        expect(changes).toContain("removed /usr/share/doc/bash");
      }
      const unknown = await runCli(["diff", "nothing", "--host", docker.host]);
      expect([unknown.status, unknown.stderr]).toEqual([3, "error: Docker has no container nothing\nhint: `docker ps -a` lists them\n"]);
      // It still runs: nothing was stopped for it.
      expect((await docker.docker(["inspect", "-f", "{{.State.Running}} {{.State.Paused}}", "web"])).toString().trim()).toBe("true false");
      await docker.docker(["rm", "-f", "web"]);
    } finally {
      await docker.stop();
    }
  }, 180_000);
});

describeComponents(["podman"], "a container of podman", () => {
  it("is told from its image", async () => {
    const podman = await startPodman();
    try {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, "rootfs.tar"), tar([file("etc/a", "a")]));
      writeFileSync(join(directory, "b"), "b");
      await podman.podman(["import", "-q", join(directory, "rootfs.tar"), "localhost/app:1"]);
      await podman.podman(["create", "--name", "web", "localhost/app:1", "/none"]);
      await podman.podman(["cp", join(directory, "b"), "web:/etc/b"]);
      const changes = await changesOf("podman-container:web", podman.host);
      expect(changes).toContain("added /etc/b");
      expect(changes).not.toContain("changed /etc/a");
    } finally {
      await podman.stop();
    }
  });
});
