import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { parseReference } from "../../../src/image/reference.ts";
import { endpointsFor } from "../../../src/transports/registry/mirrors.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

/** `host/repository` of every place asked for `name`, in order. */
async function places(
  name: string,
  files: { readonly registries?: string; readonly dropIns?: readonly string[]; readonly daemon?: unknown },
): Promise<string[]> {
  const home = temporaryDirectory();
  const env: Record<string, string> = { HOME: home, XDG_CONFIG_HOME: join(home, "config") };
  for (const folder of ["containers", "docker"]) mkdirSync(join(home, "config", folder), { recursive: true });
  writeFileSync(join(home, "config/containers/registries.conf"), files.registries ?? "");
  const below = join(home, "config/containers/registries.conf.d");
  mkdirSync(below);
  for (const [index, text] of (files.dropIns ?? []).entries()) writeFileSync(join(below, `${index}.conf`), text);
  writeFileSync(
    join(home, "config/docker/daemon.json"),
    typeof files.daemon === "string" ? files.daemon : JSON.stringify(files.daemon ?? {}),
  );
  const endpoints = await endpointsFor(parseReference(name), env);
  return endpoints.map(({ host, repository, insecure, scheme }) => `${scheme ?? ""}${insecure ? "!" : ""}${host}/${repository}`);
}

const digest = `sha256:${"a".repeat(64)}`;

describe("where an image is asked for", () => {
  it("is its registry, Docker Hub under the name its API has", async () => {
    expect(await places("debian", {})).toEqual(["registry-1.docker.io/library/debian"]);
    expect(await places("ghcr.io/a/b:1", {})).toEqual(["ghcr.io/a/b"]);
  });

  it("is first the mirrors of registries.conf, by the longest prefix", async () => {
    const registries = `
      unqualified-search-registries = ["docker.io"]
      [[registry]]
      location = "docker.io"
      [[registry.mirror]]
      location = "mirror.example/hub"
      insecure = true
      [[registry]]
      prefix = "ghcr.io/a"
      location = "inside.example/ghcr-a"
      [[registry]]
      prefix = "*.corp.example"
      [[registry.mirror]]
      location = "cache.example"`;
    expect(await places("debian", { registries })).toEqual(["!mirror.example/hub/library/debian", "registry-1.docker.io/library/debian"]);
    expect(await places("ghcr.io/a/b:1", { registries })).toEqual(["inside.example/ghcr-a/b"]);
    expect(await places("ghcr.io/ab/c", { registries })).toEqual(["ghcr.io/ab/c"]);
  });

  it("is any host below a wildcard's, which mirrors and location take the place of as a whole", async () => {
    const registries = `
      [[registry]]
      prefix = "*.corp.example"
      location = "inside.example/base/"
      [[registry.mirror]]
      location = "cache.example/mirror"
      [[registry]]
      prefix = "*.dev.corp.example"`;
    expect(await places("a.corp.example/b/c:1", { registries })).toEqual(["cache.example/mirror/b/c", "inside.example/base/b/c"]);
    for (const name of ["a.dev.corp.example/b", "corp.example/b", "a.corp.example.org/b", "ghcr.io/a.corp.example/b"]) {
      expect(await places(name, { registries })).toEqual([name]);
    }
    await expect(places("a.corp.example/b", { registries: registries.replace("]]", "]]\nblocked = true") })).rejects.toThrow(/blocks/);
  });

  it("is no URL, which is told of the file that holds one", async () => {
    const registries = '[[registry]]\nprefix = "ghcr.io"\nlocation = "http://inside.example"\n';
    await expect(places("ghcr.io/a/b", { registries })).rejects.toMatchObject({
      code: "bad-config",
      message: expect.stringContaining('location "http://inside.example" begins with a scheme') as string,
    });
  });

  it("is what the last file says of a prefix: those in registries.conf.d come after registries.conf, by their names", async () => {
    const moved = (to: string): string => `[[registry]]\nprefix = "ghcr.io/a"\nlocation = "${to}"\n`;
    const registries = moved("first.example");
    expect(await places("ghcr.io/a/b", { registries, dropIns: [moved("second.example")] })).toEqual(["second.example/b"]);
    expect(await places("ghcr.io/a/b", { registries, dropIns: [moved("second.example"), moved("third.example")] })).toEqual([
      "third.example/b",
    ]);
  });

  it("may be no host at all, in a file: that is for who asks there to say, and no bug", async () => {
    const registries = '[[registry]]\nlocation = "ghcr.io"\n[[registry.mirror]]\nlocation = "mirror.example:99999"\n';
    expect(await places("ghcr.io/a/b:1", { registries })).toEqual(["mirror.example:99999/a/b", "ghcr.io/a/b"]);
  });

  it.each([
    ['location = "ghcr.io"\nmirror = "mirror.example"', "mirror of a registry has to be a list"],
    ['location = "ghcr.io"\nmirror = ["mirror.example"]', "mirror of a registry has to be a list"],
    ["location = 5", "location of a registry has to be a string"],
    ['location = "ghcr.io"\ninsecure = "yes"', "insecure of a registry has to be a boolean"],
    ['location = "ghcr.io"\n[[registry.mirror]]\nlocation = true', "location of a registry has to be a string"],
  ])("is refused, with the file's name, where a value is of another type: %j", async (table, message) => {
    await expect(places("ghcr.io/a/b", { registries: `[[registry]]\n${table}\n` })).rejects.toMatchObject({
      code: "bad-config",
      message: expect.stringContaining(message),
    });
  });

  it.each(["null", "[]", '"text"'])("is refused where daemon.json holds %s, which is JSON and no object", async (daemon) => {
    await expect(places("debian", { daemon })).rejects.toMatchObject({ code: "bad-config" });
  });

  it("leaves out mirrors that are for the other kind of reference", async () => {
    const registries = `
      [[registry]]
      location = "docker.io"
      [[registry.mirror]]
      location = "digests.example"
      pull-from-mirror = "digest-only"
      [[registry.mirror]]
      location = "tags.example"
      pull-from-mirror = "tag-only"`;
    expect(await places("a/b:1", { registries })).toEqual(["tags.example/a/b", "registry-1.docker.io/a/b"]);
    expect(await places(`a/b@${digest}`, { registries })).toEqual(["digests.example/a/b", "registry-1.docker.io/a/b"]);
  });

  it("is refused where pull-from-mirror is no word that podman knows: the mirror was asked for nothing, in silence", async () => {
    const registries = `
      [[registry]]
      location = "docker.io"
      [[registry.mirror]]
      location = "m.example"
      pull-from-mirror = "digests-only"`;
    await expect(places("a/b:1", { registries })).rejects.toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(/of the mirror m\.example is "digests-only"; did you mean "digest-only"/),
    });
  });

  it("is refused when registries.conf blocks it", async () => {
    await expect(places("bad.example/a", { registries: '[[registry]]\nlocation = "bad.example"\nblocked = true\n' })).rejects.toThrow(
      /blocks bad\.example/,
    );
  });

  it("is first the mirrors of Docker's daemon.json, for Docker Hub alone", async () => {
    const daemon = {
      "registry-mirrors": ["http://mirror.local:5000", "https://second.example"],
      "insecure-registries": ["mirror.local:5000", "lab:5000"],
    };
    expect(await places("debian", { daemon })).toEqual([
      "http!mirror.local:5000/library/debian",
      "httpssecond.example/library/debian",
      "registry-1.docker.io/library/debian",
    ]);
    expect(await places("lab:5000/a", { daemon })).toEqual(["!lab:5000/a"]);
  });

  it("is insecure where daemon.json names its network", async () => {
    const daemon = { "insecure-registries": ["10.1.0.0/16", "fd00::/8", "nonsense/9", "10.9.0.0/99"] };
    expect(await places("10.1.2.3:5000/a", { daemon })).toEqual(["!10.1.2.3:5000/a"]);
    expect(await places("10.2.2.3:5000/a", { daemon })).toEqual(["10.2.2.3:5000/a"]);
    expect(await places("[fd00::1]:5000/a", { daemon })).toEqual(["![fd00::1]:5000/a"]);
    expect(await places("10.9.0.1/a", { daemon })).toEqual(["10.9.0.1/a"]);
  });

  it("is an error that names the file when the file is broken", async () => {
    await expect(places("a", { daemon: "{" })).rejects.toThrow(/daemon\.json is not valid JSON/);
    await expect(places("a", { registries: "[[registry]]\nlocation = " })).rejects.toThrow(/registries\.conf is not valid TOML/);
  });
});
