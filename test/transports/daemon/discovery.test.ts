import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { BallastError } from "../../../src/base/errors.ts";
import { daemonEndpoints } from "../../../src/transports/daemon/connection/discovery.ts";
import type { DaemonKind } from "../../../src/transports/daemon/connection/discovery.ts";
import { formatEndpoint } from "../../../src/transports/daemon/connection/endpoint.ts";
import { sshArguments } from "../../../src/transports/daemon/connection/ssh.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

function context(home: string, name: string, endpoint: object, tls: readonly string[] = []): void {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(home, ".docker/contexts/meta", id);
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
  const files = join(home, ".docker/contexts/tls", id, "docker");
  mkdirSync(files, { recursive: true });
  for (const file of tls) writeFileSync(join(files, file), "");
}

function first(env: Record<string, string>, connection: { host?: string } = {}, kind: DaemonKind = "docker-daemon"): string {
  return formatEndpoint(daemonEndpoints(kind, connection, env)[0]!.endpoint);
}

describe("the engine's endpoint", () => {
  it("comes from --host, then DOCKER_HOST, then DOCKER_CONTEXT, then the current context, then the usual sockets", () => {
    const home = temporaryDirectory();
    context(home, "work", { Host: "unix:///work.sock" });
    context(home, "lab", { Host: "ssh://me@lab:2222" });
    writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "lab" }));
    const all = { HOME: home, DOCKER_HOST: "unix:///env.sock", DOCKER_CONTEXT: "work" };
    expect(first(all, { host: "unix:///flag.sock" })).toBe("/flag.sock");
    expect(first(all)).toBe("/env.sock");
    expect(first({ HOME: home, DOCKER_CONTEXT: "work" })).toBe("/work.sock");
    expect(first({ HOME: home })).toBe("ssh://me@lab:2222");
    const runtime = join(home, "run");
    mkdirSync(join(runtime, "podman"), { recursive: true });
    writeFileSync(join(runtime, "docker.sock"), "");
    writeFileSync(join(runtime, "podman/podman.sock"), "");
    const rootless = { HOME: join(home, "other"), XDG_RUNTIME_DIR: runtime };
    const paths = daemonEndpoints("docker-daemon", {}, { ...rootless, DOCKER_CONTEXT: "default" }).map(({ endpoint }) =>
      formatEndpoint(endpoint),
    );
    expect(paths).toContain(join(runtime, "docker.sock"));
    expect(paths.at(-1)).toBe(join(runtime, "podman/podman.sock"));
    expect(daemonEndpoints("podman", {}, rootless).map(({ endpoint }) => formatEndpoint(endpoint))).toEqual([
      join(runtime, "podman/podman.sock"),
    ]);
  });

  it("of podman comes from CONTAINER_HOST, and never from DOCKER_HOST", () => {
    const home = temporaryDirectory();
    expect(first({ HOME: home, CONTAINER_HOST: "unix:///p.sock", DOCKER_HOST: "unix:///d.sock" }, {}, "podman")).toBe("/p.sock");
    expect(first({ HOME: home, DOCKER_HOST: "unix:///d.sock", XDG_RUNTIME_DIR: "/none" }, {}, "podman")).toMatch(/podman\/podman\.sock$/);
  });

  it.each(["", "\ufeff{}", " \n"])("is the usual one where docker's config.json holds %j and names no context", (text) => {
    const home = temporaryDirectory();
    mkdirSync(join(home, ".docker"));
    writeFileSync(join(home, ".docker/config.json"), text);
    expect(daemonEndpoints("docker-daemon", {}, { HOME: home }).every(({ origin }) => origin === "the usual place")).toBe(true);
  });

  it("is an error when the context does not exist, never another engine", () => {
    const home = temporaryDirectory();
    const refused = (env: Record<string, string>): BallastError => {
      try {
        daemonEndpoints("docker-daemon", {}, env);
      } catch (error) {
        return error as BallastError;
      }
      return expect.unreachable("it found an engine");
    };
    const error = refused({ HOME: home, DOCKER_CONTEXT: "gone" });
    expect(error).toBeInstanceOf(BallastError);
    expect(error.code).toBe("context-not-found");
    expect(error.message).toBe('docker context "gone", named by DOCKER_CONTEXT, does not exist');
    mkdirSync(join(home, ".docker"));
    writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "left" }));
    expect(refused({ HOME: home }).message).toContain('"left"');
    writeFileSync(join(home, ".docker/config.json"), "{");
    expect(refused({ HOME: home }).message).toContain("config.json cannot be read");
    context(home, "empty", {});
    expect(refused({ HOME: home, DOCKER_CONTEXT: "empty" }).message).toContain("has no Docker endpoint");
  });

  it("takes the context's TLS files along", () => {
    const home = temporaryDirectory();
    context(home, "tls", { Host: "tcp://engine:2376" }, ["ca.pem", "cert.pem", "key.pem"]);
    context(home, "blind", { Host: "tcp://engine", SkipTLSVerify: true });
    context(home, "plain", { Host: "tcp://engine" });
    const endpointOf = (name: string): unknown => daemonEndpoints("docker-daemon", {}, { HOME: home, DOCKER_CONTEXT: name })[0]!.endpoint;
    expect(endpointOf("tls")).toMatchObject({
      port: 2376,
      tls: { skipVerify: false, ca: expect.stringMatching(/ca\.pem$/), key: expect.stringMatching(/key\.pem$/) },
    });
    expect(endpointOf("blind")).toMatchObject({ port: 2376, tls: { skipVerify: true } });
    expect(endpointOf("plain")).toMatchObject({ port: 2375, tls: null });
  });

  it("uses TLS for DOCKER_HOST when DOCKER_TLS_VERIFY is set", () => {
    const certs = temporaryDirectory();
    writeFileSync(join(certs, "ca.pem"), "");
    const [chosen] = daemonEndpoints("docker-daemon", {}, { DOCKER_HOST: "tcp://h:1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certs });
    expect(chosen!.endpoint).toMatchObject({ tls: { skipVerify: false, ca: join(certs, "ca.pem") } });
  });

  it.each(["ftp://x", "unix://", "tcp://", "ssh://", "ssh://-oProxyCommand=evil", "ssh://me:pw@host", "nonsense"])(
    "is refused when it is %s",
    (host) => {
      expect(() => daemonEndpoints("docker-daemon", { host }, {})).toThrow(/--host/);
    },
  );

  it("reads Windows pipes, bare paths and host:port", () => {
    expect(first({}, { host: "npipe:////./pipe/docker_engine" })).toBe(String.raw`\\.\pipe\docker_engine`);
    expect(first({}, { host: "/a.sock" })).toBe("/a.sock");
    expect(first({}, { host: "engine:2375" })).toBe("tcp://engine:2375");
    expect(first({}, { host: ":2375" })).toBe("tcp://127.0.0.1:2375");
    expect(first({}, { host: "tcp://:4243" })).toBe("tcp://127.0.0.1:4243");
    expect(first({}, { host: "tcp://[::1]:2375/" })).toBe("tcp://::1:2375");
  });

  it("is at port 80 when that is what was said", () => {
    expect(first({}, { host: "tcp://engine:80" })).toBe("tcp://engine:80");
    expect(first({}, { host: "http://engine:80" })).toBe("tcp://engine:80");
    expect(first({}, { host: "https://engine:443" })).toBe("tcp+tls://engine:443");
    expect(first({}, { host: "HTTPS://engine:443" })).toBe("tcp+tls://engine:443");
  });

  it("over ssh asks the engine's own client at the other end, quoted for the shell there", () => {
    const args = (host: string, kind: DaemonKind): readonly string[] => {
      const { endpoint } = daemonEndpoints(kind, { host }, {})[0]!;
      return endpoint.kind === "ssh" ? sshArguments(kind, endpoint, 5000).slice(5) : [];
    };
    expect(args("ssh://me@lab:2222", "docker-daemon")).toEqual(["-l", "me", "-p", "2222", "--", "lab", "docker system dial-stdio"]);
    expect(args("ssh://lab/run/it's.sock", "podman")).toEqual([
      "--",
      "lab",
      String.raw`podman --url 'unix:///run/it'\''s.sock' system dial-stdio`,
    ]);
  });
});
