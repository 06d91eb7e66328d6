import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { nameHint, unknownNameHint } from "../../src/transports/name-hint.ts";
import { parseImageName, pathMeant } from "../../src/transports/name.ts";
import type { PathProbe } from "../../src/transports/name.ts";

const digest = `sha256:${"d".repeat(64)}`;

/** A disk that holds just these files; names that end in a slash are directories. */
function meaning(text: string, ...paths: string[]): unknown {
  return parseImageName(text, {
    near: () => null,
    kind: (path) => (paths.includes(path) ? "file" : paths.includes(`${path}/`) ? "directory" : null),
  });
}

const local = { kind: "local", transport: null, tag: null, digest: null, position: null };

describe("names of images", () => {
  it.each([
    ["-", { kind: "stdin" }],
    ["docker://ghcr.io/a/b:1", { kind: "registry", name: "ghcr.io/a/b:1" }],
    ["docker-daemon:app:1", { kind: "docker-daemon", name: "app:1" }],
    ["podman:app", { kind: "podman", name: "app" }],
    ["podman://app", { kind: "podman", name: "app" }],
    ["containerd:k8s.io/app:1", { kind: "containerd", name: "k8s.io/app:1" }],
    ["nginx:latest", { kind: "anywhere", name: "nginx:latest" }],
    ["registry:2", { kind: "anywhere", name: "registry:2" }],
    ["docker:dind", { kind: "anywhere", name: "docker:dind" }],
    [`nginx@${digest}`, { kind: "anywhere", name: `nginx@${digest}` }],
  ])("%s", (text, expected) => {
    expect(meaning(text)).toEqual(expected);
  });

  it("takes a bare word for a path if it exists", () => {
    expect(meaning("nginx", "nginx")).toEqual({ ...local, path: "nginx" });
    expect(meaning("nginx", "nginx/")).toEqual({ ...local, path: "nginx" });
  });

  it("does not take nginx:latest for a tag in a file that is called nginx", () => {
    expect(meaning("nginx:latest", "nginx", "nginx/")).toEqual({ kind: "anywhere", name: "nginx:latest" });
  });

  it("takes app.tar:v1 for a tag in a file", () => {
    expect(meaning("app.tar:v1", "app.tar")).toEqual({ ...local, path: "app.tar", tag: "v1" });
    expect(meaning("./layout:v1", "./layout/")).toEqual({ ...local, path: "./layout", tag: "v1" });
  });

  it("takes dive's docker-tar for an archive", () => {
    expect(meaning("docker-tar://app.tar", "app.tar")).toEqual({ ...local, transport: "docker-archive", path: "app.tar" });
  });

  it("says what to write instead of an oci:// that is a registry's", () => {
    const hintOf = (text: string): string | undefined => {
      try {
        meaning(text);
      } catch (error) {
        return (error as BallastError).hint;
      }
      return undefined;
    };
    expect(hintOf("oci://ghcr.io/a/b:1")).toContain("docker://ghcr.io/a/b:1");
    expect(hintOf("oci://localhost:5000/b")).toContain("docker://localhost:5000/b");
    expect(hintOf("oci:build/layout")).not.toContain("docker://");
  });

  it.each([
    ["https://hub.docker.com/_/nginx", "address: nginx"],
    ["https://hub.docker.com/r/grafana/grafana/", "address: grafana/grafana"],
    ["https://hub.docker.com/r/bitnami/redis/tags?page=2", "address: bitnami/redis"],
    ["https://hub.docker.com/layers/library/nginx/1.27/images/sha256-12ab?context=explore", "address: nginx:1.27"],
    ["https://hub.docker.com/repository/docker/acme/app/general", "address: acme/app"],
    ["https://github.com/users/acme/packages/container/package/app", "address: ghcr.io/acme/app"],
    ["https://github.com/Acme/app/pkgs/container/app%2Fworker/123?tag=v1", "address: ghcr.io/acme/app/worker"],
    ["https://quay.io/repository/prometheus/node-exporter?tab=tags", "address: quay.io/prometheus/node-exporter"],
    ["https://gallery.ecr.aws/nginx/nginx", "address: public.ecr.aws/nginx/nginx"],
    ["https://mcr.microsoft.com/en-us/artifact/mar/dotnet/sdk/about", "address: mcr.microsoft.com/dotnet/sdk"],
    [
      "https://console.cloud.google.com/artifacts/docker/shop/europe-west1/images/app",
      "address: europe-west1-docker.pkg.dev/shop/images/app",
    ],
    ["https://ghcr.io/a/b:1", "docker://ghcr.io/a/b:1"],
    ["https://ghcr.io/v2/a/b/manifests/V1", "docker://ghcr.io/a/b:V1"],
    [`http://localhost:5000/v2/b/manifests/${digest}`, `docker://localhost:5000/b@${digest}`],
    ["DOCKER://nginx", "write docker://nginx"],
    ["<none>:<none>", "by its ID"],
    ["docker:nginx:1.27", "docker-daemon:nginx:1.27"],
    ["nerdctl://app", "containerd:app"],
    ["docker-image://app:1", "docker://app:1"],
    ["oci-layout://out", "oci:out"],
    ["file:///a.tar", "write /a.tar"],
    ["Nginx ", "blanks: nginx"],
    ["localhost:5000/App:RC1", "blanks: localhost:5000/app:RC1"],
  ])("for %j says what to write instead", (text, part) => {
    expect(nameHint(text)).toContain(part);
  });

  it.each([
    ["hub.docker.com/r/grafana/grafana", "the image is grafana/grafana"],
    ["quay.io/repository/prometheus/node-exporter", "the image is quay.io/prometheus/node-exporter"],
    ["4e5f6a1b2c3d", "an ID"],
    ["sha256:4e5f6a1b2c3d", "an ID"],
    ["localhost:5000", "survey docker://localhost:5000"],
    ["docker:nginx", "docker-daemon:nginx"],
    ["registry:nginx", "docker://nginx"],
    ["docker-deamon:nginx:1", "did you mean docker-daemon:nginx:1?"],
    ["docker_archive:app.tar", "did you mean docker-archive:app.tar?"],
    ["container-storage:app", "did you mean containers-storage:app?"],
  ])("for %j, which nobody knows, says what may be meant", (text, part) => {
    expect(unknownNameHint(text)).toContain(part);
  });

  it.each(["nginx:latest", "registry:2", "docker:27", "ghcr.io/a/b:1", "localhost:5000/app", "container:1"])(
    "leaves %j as it is",
    (text) => {
      expect(unknownNameHint(text)).toBeNull();
    },
  );

  it("has nothing to say of what only looks wrong", () => {
    expect([" ", "a b", "nginx:latest:x", "a//b", "-x"].map(nameHint)).toEqual([null, null, null, null, null]);
  });

  it("says what is wrong with a transport that is misspelled, that has no path to open, or that stands before an address", () => {
    const hintOf = (text: string): string | undefined => {
      try {
        return `opens ${String(meaning(text, "app.tar"))}`;
      } catch (error) {
        return (error as BallastError).hint;
      }
    };
    expect(hintOf("doker-archive:app.tar")).toBe("did you mean docker-archive:app.tar?");
    expect(hintOf("docker-archive:-")).toContain("- is standard input where it stands alone");
    expect(hintOf("docker://https://ghcr.io/a/b:1")).toContain("docker://ghcr.io/a/b:1");
  });

  it("knows what lies here by a name that engines and registries were asked for", () => {
    const probe: PathProbe = { near: () => null, kind: (path) => (path === "out" ? "directory" : path === "app.tar" ? "file" : null) };
    const meant = ["out:latest", "oci-dir:out", "ocidir://out", "tarball:app.tar", "file:out", "nginx:latest", "oci-dir:gone"].map((name) =>
      pathMeant(name, probe),
    );
    expect(meant).toEqual(["./out:latest", "oci:out", "oci:out", "docker-archive:app.tar", "out", null, null]);
  });

  it("finds tags that are whole references", () => {
    expect(meaning("docker-archive:a.tar:localhost:5000/app:1", "a.tar")).toEqual({
      ...local,
      transport: "docker-archive",
      path: "a.tar",
      tag: "localhost:5000/app:1",
    });
  });

  it("prefers the longest path: file names may hold colons", () => {
    expect(meaning("oci:out:1:v2", "out", "out:1/")).toEqual({ ...local, transport: "oci", path: "out:1", tag: "v2" });
    expect(meaning("build:7.tar", "build:7.tar")).toEqual({ ...local, path: "build:7.tar" });
  });

  it("leaves drive letters alone", () => {
    expect(meaning("C:\\images\\app.tar", "C:\\images\\app.tar")).toEqual({ ...local, path: "C:\\images\\app.tar" });
    expect(meaning("oci-archive:C:\\app.tar:v1", "C:\\app.tar")).toEqual({
      ...local,
      transport: "oci-archive",
      path: "C:\\app.tar",
      tag: "v1",
    });
    expect(() => meaning("C:\\missing.tar")).toThrow(/no file or directory C:\\missing\.tar/);
  });

  it("selects by digest and by position", () => {
    expect(meaning(`oci:dir@${digest}`, "dir/")).toEqual({ ...local, transport: "oci", path: "dir", digest });
    expect(meaning("docker-archive:a.tar:@2", "a.tar")).toEqual({ ...local, transport: "docker-archive", path: "a.tar", position: 2 });
  });

  it("reads dive's docker-archive://FILE", () => {
    expect(meaning("docker-archive://a.tar", "a.tar")).toEqual({ ...local, transport: "docker-archive", path: "a.tar" });
    expect(meaning("docker-archive:///tmp/a.tar", "/tmp/a.tar")).toMatchObject({ path: "/tmp/a.tar" });
  });

  it.each(["./app", "../app", "/tmp/app", "app.tar", "app.tar.gz", "app.tar:v1", "docker-archive:app", "oci:dir:tag"])(
    "says that %s does not exist instead of asking a daemon for it",
    (text) => {
      try {
        meaning(text);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(BallastError);
        expect((error as BallastError).code).toBe("image-not-found");
        expect((error as BallastError).message).toContain("no file or directory");
      }
    },
  );

  it.each(["./App.tar", "/srv/My.tar", String.raw`C:\images\app.tar`])("does not tell %s to be in small letters: it is a path", (text) => {
    try {
      meaning(text);
      expect.unreachable();
    } catch (error) {
      expect((error as BallastError).hint).not.toContain("small letters");
    }
  });

  it.each(["", "docker://", "podman:", "oci:"])("refuses %j", (text) => {
    expect(() => meaning(text)).toThrow(BallastError);
  });
});
