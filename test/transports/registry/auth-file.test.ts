import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { parseAuthFile, readAuthFile, registryKey } from "../../../src/transports/registry/auth/auth-file.ts";
import { findCredential } from "../../../src/transports/registry/auth/credentials.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const basic = (username: string, password: string): { auth: string } => ({
  auth: Buffer.from(`${username}:${password}`).toString("base64"),
});

describe("auth files", () => {
  it("that are not there are none; one that is there and cannot be read is an error, for nobody meant to ask anonymously", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "auth.json");
    expect(await readAuthFile(path)).toBeNull();
    expect(await readAuthFile(join(import.meta.filename, "auth.json"))).toBeNull();
    mkdirSync(path);
    await expect(readAuthFile(path)).rejects.toMatchObject({ code: "credentials-failed", message: expect.stringContaining(path) });
  });

  it("that were named and are not there, and entries that hold no credential, are noted for when the registry refuses", async () => {
    const env = { HOME: temporaryDirectory(), PATH: "" };
    const missing = await findCredential("ghcr.io", "a/b", { authFile: "/nowhere/auth.json" }, env);
    expect(missing).toEqual({ credential: null, note: "there is no auth file /nowhere/auth.json, which was named" });
    const auths = {
      "ghcr.io": { auth: Buffer.from("no colon in it").toString("base64") },
      "quay.io": {},
      "https://example.com": { auth: "" },
    };
    const config = { ...env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) };
    expect((await findCredential("ghcr.io", "a/b", {}, config)).note).toContain("the entry for ghcr.io in $DOCKER_AUTH_CONFIG is not what");
    for (const registry of ["quay.io", "example.com"]) expect((await findCredential(registry, "a/b", {}, config)).note).toBeNull();
  });

  it("spell a registry in one way, whoever wrote the key", () => {
    const keys = [
      "https://index.docker.io/v1/",
      "docker.io",
      "index.docker.io",
      "registry-1.docker.io",
      "https://GHCR.io",
      "http://localhost:5000/v2/",
      "quay.io/team",
      "index.docker.io/v1/",
      "ghcr.io/v2",
    ];
    expect(keys.map(registryKey)).toEqual([
      "docker.io",
      "docker.io",
      "docker.io",
      "docker.io",
      "ghcr.io",
      "localhost:5000",
      "quay.io/team",
      "docker.io",
      "ghcr.io",
    ]);
  });

  it("hold passwords with colons, identity tokens, registry tokens, and entries that say nothing", () => {
    const auths = {
      a: basic("me", "p:w\0\0"),
      b: { identitytoken: "refresh", auth: "x" },
      c: { registrytoken: "bearer" },
      d: {},
      e: { auth: "" },
    };
    expect([...parseAuthFile("f", JSON.stringify({ auths })).auths]).toEqual([
      ["a", { kind: "basic", username: "me", password: "p:w" }],
      ["b", { kind: "identity", token: "refresh" }],
      ["c", { kind: "bearer", token: "bearer" }],
    ]);
  });

  it("that are broken are named, and not quoted", () => {
    expect(() => parseAuthFile("/home/me/config.json", '{"auths": {"a": {"auth": "c2VjcmV0"')).toThrow(
      /^auth file \/home\/me\/config\.json is not a JSON object$/,
    );
    expect(parseAuthFile("f", "  \n").auths.size).toBe(0);
    // As Windows' editors write it.
    expect(parseAuthFile("f", '\ufeff{"auths":{"a.example":{"auth":"dTpw"}}}').auths.get("a.example")).toMatchObject({ username: "u" });
    expect(parseAuthFile("f", "\ufeff").auths.size).toBe(0);
  });

  it("take one registry out of the store by a helper without a name, as docker has it: its entry of the file counts", async () => {
    const config = { auths: { "ghcr.io": basic("me", "1") }, credHelpers: { "ghcr.io": "" }, credsStore: "no such/store" };
    const env = { HOME: temporaryDirectory(), PATH: "", DOCKER_AUTH_CONFIG: JSON.stringify(config) };
    expect(await findCredential("ghcr.io", "a/b", {}, env)).toMatchObject({ credential: { username: "me" }, note: null });
    await expect(findCredential("quay.io", "a/b", {}, env)).rejects.toMatchObject({ code: "credentials-failed" });
  });

  it("are asked in docker's order, then podman's; the most specific key of podman's wins", async () => {
    const home = temporaryDirectory();
    const env = { HOME: home, XDG_RUNTIME_DIR: join(home, "run") };
    mkdirSync(join(home, ".docker"));
    mkdirSync(join(home, "run/containers"), { recursive: true });
    writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ auths: { "https://index.docker.io/v1/": basic("docker", "1") } }));
    writeFileSync(
      join(home, "run/containers/auth.json"),
      JSON.stringify({ auths: { "docker.io": basic("podman", "2"), "quay.io": basic("all", "3"), "quay.io/team/app": basic("app", "4") } }),
    );
    const who = async (registry: string, repository: string): Promise<string | null> => {
      const { credential } = await findCredential(registry, repository, {}, env);
      return credential?.kind === "basic" ? credential.username : null;
    };
    expect(await who("docker.io", "library/debian")).toBe("docker");
    expect(await who("quay.io", "team/app")).toBe("app");
    expect(await who("quay.io", "team/other")).toBe("all");
    expect(await who("ghcr.io", "a")).toBeNull();
    expect(await who("QUAY.io", "team/app")).toBe("app");
    const env2 = { ...env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { "ghcr.io": basic("variable", "5") } }) };
    expect(await findCredential("ghcr.io", "a", {}, env2)).toMatchObject({ credential: { username: "variable" } });
    expect(await findCredential("quay.io", "x/y", {}, env2)).toMatchObject({ credential: { username: "all" } });
    expect(await findCredential("ghcr.io", "a", { authFile: join(home, ".docker/config.json") }, env2)).toMatchObject({ credential: null });
  });
});
