/** Ballast's own Dockerfile, built by a real engine on a Node of this machine, and what people do with the image. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";

import { afterAll, beforeAll, expect, it } from "vitest";

import { toolVersion } from "../../src/base/version.ts";
import { describeComponents } from "../helpers/components/available.ts";
import { debianBaseTar } from "../helpers/components/debian-base.ts";
import { startDockerd } from "../helpers/components/engines/dockerd.ts";
import type { Dockerd } from "../helpers/components/engines/dockerd.ts";
import { nodeProgram } from "../helpers/trees/nodes.ts";
import { cliPath, projectRoot, runCli } from "../helpers/run-cli.ts";

const trusted = "/etc/ssl/certs/ca-certificates.crt";

describeComponents(["dockerd", "mmdebstrap"], "the image of Ballast itself", () => {
  let docker: Dockerd;
  beforeAll(async () => {
    docker = await startDockerd();
    await docker.importRootfs(readFileSync(await debianBaseTar()), "debian:bookworm");
    await docker.build(nodeContext(docker.directory), "node:test", { buildKit: true });
    await docker.build(projectRoot, "ballast:test", { buildKit: true, args: ["--build-arg", "NODE_IMAGE=node:test"] });
  }, 600_000);
  afterAll(() => docker?.stop());

  const run = async (...args: string[]): Promise<string> =>
    (await docker.docker(["run", "--rm", "--network", "none", "-v", `${join(projectRoot, "samples")}:/work:ro`, ...args])).toString();

  it("analyses a mounted archive as this machine does, as nobody, on a read-only file system", async () => {
    const { stdout } = await runCli(["analyze", "whiteouts.tar"], { cwd: join(projectRoot, "samples") });
    expect(await run("--read-only", "--cap-drop=ALL", "ballast:test", "analyze", "whiteouts.tar")).toBe(stdout);
    expect(await run("--entrypoint", "id", "ballast:test", "-u")).toBe("65534\n");
    expect(await run("ballast:test", "--version")).toBe(`${toolVersion}\n`);
  });

  it("holds the program and what it needs, and no sources, tests or tools", async () => {
    const files = (await run("--entrypoint", "find", "ballast:test", "/opt/ballast", "-type", "f")).split("\n");
    expect(files).toContain("/opt/ballast/LICENSE");
    expect(
      files.filter((file) =>
        /node_modules\/(?:typescript|vitest|rolldown)\/|\.tgz$|^\/opt\/ballast\/(?:src|test|docs|scripts)\//.test(file),
      ),
    ).toEqual([]);
  });

  it("comes out the same when it is built again from nothing", { timeout: 300_000 }, async () => {
    const layers = async (): Promise<unknown> =>
      JSON.parse((await docker.docker(["image", "inspect", "--format", "{{json .RootFS.Layers}}", "ballast:test"])).toString());
    const first = await layers();
    const args = ["--build-arg", "NODE_IMAGE=node:test", "--no-cache"];
    await docker.build(projectRoot, "ballast:test", { buildKit: true, args });
    expect(await layers()).toEqual(first);
  });

  it("passes its own gate", async () => {
    const where = ["--host", docker.host, "--base", "docker-daemon:node:test", "--config", join(projectRoot, ".ci/image.yaml")];
    const { status, stdout } = await runCli(["check", "-q", ...where, "docker-daemon:ballast:test"], { timeout: 300_000 });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain("user-wasted-bytes");
  });

  it("is a plugin of the real docker command: listed, and run", async () => {
    const plugins = join(docker.directory, "client/cli-plugins");
    mkdirSync(plugins, { recursive: true });
    symlinkSync(cliPath, join(plugins, "docker-ballast"));
    expect((await docker.docker(["--help"])).toString()).toMatch(/ballast\*\s+Look into images/);
    expect((await docker.docker(["info", "--format", "{{json .ClientInfo.Plugins}}"])).toString()).toContain('"ballast"');
    const said = await docker.docker(["ballast", "analyze", join(projectRoot, "samples/whiteouts.tar")], { env: { HOME: homedir() } });
    expect(said.toString()).toBe((await runCli(["analyze", join(projectRoot, "samples/whiteouts.tar")])).stdout);
  });
});

/** Node and npm on Debian, with the authorities that this machine trusts, since the build asks npm's registry from there. */
function nodeContext(directory: string): string {
  const context = join(directory, "node");
  mkdirSync(context);
  cpSync(nodeProgram("22") ?? process.execPath, join(context, "node"));
  cpSync(dirname(dirname(execFileSync("readlink", ["-f", npmPath()], { encoding: "utf8" }).trim())), join(context, "npm"), {
    recursive: true,
  });
  cpSync(trusted, join(context, "ca.crt"), { dereference: true });
  writeFileSync(
    join(context, "Dockerfile"),
    `FROM debian:bookworm AS full
RUN rm -rf /usr/share/doc /usr/share/locale /usr/share/man /var/cache/*
FROM scratch
COPY --from=full / /
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt ${trusted}
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=${trusted}
`,
  );
  return context;
}

function npmPath(): string {
  return execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
}
