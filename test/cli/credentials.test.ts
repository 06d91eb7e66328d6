/** Who gets which password: docs/registries.md, "Who gets what", a test for each cell, against registries that note who logs in. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { buildImage } from "../helpers/image-fixture.ts";
import { runCli } from "../helpers/run-cli.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { startZooRegistry } from "../helpers/registry/zoo-registry.ts";
import type { Oddities, ZooRegistry } from "../helpers/registry/zoo-registry.ts";
import { serveInTest } from "../helpers/local-server.ts";

const image = buildImage({ layers: [[file("etc/motd", "hello")]] });
const login = { kind: "basic", username: "ci", password: "s3cret" } as const;
const mine = "ci:s3cret";

async function registry(odd: Oddities = { login }): Promise<ZooRegistry> {
  const started = await startZooRegistry(odd);
  onTestFinished(() => started.stop());
  const blobs = [image.config.bytes, ...image.layers.map(({ bytes }) => bytes)];
  started.put("team/app", "1", image.manifestMediaType, image.manifest.bytes, blobs);
  return started;
}

const nameAt = ({ address }: ZooRegistry): string => `docker://${address}/team/app:1`;

interface Setting {
  /** `.ballast.yaml`. */
  readonly config?: string;
  readonly registriesConf?: string;
  readonly auths?: Readonly<Record<string, string>>;
  /** What a helper answers, by host; what it was asked lies in `asked`. */
  readonly helper?: Readonly<Record<string, string>>;
}

/** Runs with the password on standard input unless there are other ways to log in. */
async function run(args: readonly string[], setting: Setting = {}): Promise<{ status: number | null; stderr: string; asked: string[] }> {
  const directory = temporaryDirectory();
  const env: Record<string, string> = {
    HOME: directory,
    XDG_CONFIG_HOME: join(directory, "config"),
    XDG_CACHE_HOME: join(directory, "cache"),
  };
  const askedFile = join(directory, "asked");
  if (setting.config !== undefined) writeFileSync(join(directory, ".ballast.yaml"), `version: 1\n${setting.config}\n`);
  if (setting.registriesConf !== undefined) {
    env["CONTAINERS_REGISTRIES_CONF"] = join(directory, "registries.conf");
    writeFileSync(env["CONTAINERS_REGISTRIES_CONF"], setting.registriesConf);
  }
  if (setting.helper !== undefined) {
    const bin = join(directory, "bin");
    mkdirSync(bin);
    const cases = Object.entries(setting.helper).map(([host, pair]) => {
      const [user, secret] = pair.split(":");
      return `${host}) echo '{"ServerURL":"${host}","Username":"${user}","Secret":"${secret}"}';;`;
    });
    const script = `#!/bin/sh\nread host\necho "$host" >> ${askedFile}\ncase "$host" in\n${cases.join("\n")}\n*) echo "credentials not found in native keychain"; exit 1;;\nesac\n`;
    writeFileSync(join(bin, "docker-credential-zoo"), script);
    chmodSync(join(bin, "docker-credential-zoo"), 0o755);
    env["PATH"] = `${bin}${delimiter}${process.env["PATH"]}`;
  }
  const stored = { auths: toAuths(setting.auths ?? {}), ...(setting.helper === undefined ? {} : { credsStore: "zoo" }) };
  mkdirSync(join(directory, ".docker"));
  writeFileSync(join(directory, ".docker/config.json"), JSON.stringify(stored));
  const flags = setting.auths === undefined && setting.helper === undefined ? ["--username", "ci", "--password-stdin"] : [];
  const { status, stderr } = await runCli([...args, "-q", ...flags], { env, cwd: directory, stdin: "s3cret\n" });
  let asked: string[] = [];
  if (setting.helper !== undefined) asked = readFileSync(askedFile, "utf8").trim().split("\n");
  return { status, stderr, asked };
}

function toAuths(auths: Readonly<Record<string, string>>): Record<string, { auth: string }> {
  return Object.fromEntries(Object.entries(auths).map(([host, pair]) => [host, { auth: Buffer.from(pair).toString("base64") }]));
}

const mirrored = (from: ZooRegistry, to: ZooRegistry): string =>
  `[[registry]]\nprefix="${from.address}"\nlocation="${from.address}"\n[[registry.mirror]]\nlocation="${to.address}"\n`;

describe("a password given by flag", () => {
  it("goes to the registry of the image", async () => {
    const own = await registry();
    expect(await run(["analyze", nameAt(own)])).toMatchObject({ status: 0 });
    expect(own.logins()).toEqual([mine]);
  });

  it.each(["base", "baseline"])("does not go to the registry of a %s that .ballast.yaml names", async (what) => {
    const [own, other] = [await registry(), await registry()];
    expect(await run(["check", nameAt(own)], { config: `${what}: ${nameAt(other)}` })).toMatchObject({ status: 3 });
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.logins()).toEqual([]);
  });

  it.each(["base", "baseline"])("does not go to the registry of a --%s", async (what) => {
    const [own, other] = [await registry(), await registry()];
    expect(await run(["check", nameAt(own), `--${what}`, nameAt(other)])).toMatchObject({ status: 3 });
    expect(other.logins()).toEqual([]);
  });

  it("does not go to a mirror", async () => {
    const [own, mirror] = [await registry(), await registry()];
    expect(await run(["analyze", nameAt(own)], { registriesConf: mirrored(own, mirror) })).toMatchObject({ status: 0 });
    expect(mirror.requests.length).toBeGreaterThan(0);
    expect(mirror.logins()).toEqual([]);
    expect(own.logins()).toEqual([mine]);
  });

  it("goes to the destination where that is the only registry", async () => {
    const own = await registry();
    const result = await run(["squash", "--all", sampleFile(), "--output", `docker://${own.address}/team/new:1`]);
    expect(result).toMatchObject({ status: 0 });
    expect(own.logins()).toEqual([mine]);
    expect(own.manifests.has("team/new:1")).toBe(true);
  });

  it("goes to image and destination where both are in one registry", async () => {
    const own = await registry();
    expect(await run(["squash", "--all", nameAt(own), "--output", `docker://${own.address}/team/new:1`])).toMatchObject({ status: 0 });
    expect(own.manifests.has("team/new:1")).toBe(true);
  });

  it.each([
    ["squash", (one: string, two: string) => ["squash", "--all", one, "--output", two]],
    ["diff", (one: string, two: string) => ["diff", one, two]],
  ])("goes to nobody when %s names two registries, which are told", async (_, args) => {
    const [own, other] = [await registry(), await registry()];
    const result = await run(args(nameAt(own), nameAt(other)));
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(`${own.address} and ${other.address}`);
    expect([...own.requests, ...other.requests]).toEqual([]);
  });

  it("goes to the token server that the registry names, on whatever host", async () => {
    const tokens = await registry({ login: { ...login, kind: "bearer" } });
    const own = await registry({ login: { ...login, kind: "bearer" }, realm: `http://${tokens.address}/token` });
    await run(["analyze", nameAt(own)]);
    expect(tokens.logins()).toEqual([mine]);
    expect(own.logins()).toEqual([]);
  });

  it("does not go to a token server that another host names, to which /v2/ was redirected", async () => {
    const thief = await registry({ login: { ...login, kind: "bearer" } });
    const own = await registry({ login, pingRedirect: `http://${thief.address}/v2/` });
    expect(await run(["analyze", nameAt(own)])).toMatchObject({ status: 0 });
    expect(thief.requests.filter(({ path }) => path.startsWith("/token"))).toEqual([]);
    expect(thief.logins()).toEqual([]);
    expect(own.logins()).toEqual([mine]);
  });

  it("does not go to the store that blobs are redirected to", async () => {
    const store = await registry({});
    const own = await registry({ login, blobRedirect: `http://${store.address}` });
    expect(await run(["analyze", nameAt(own)])).toMatchObject({ status: 0 });
    expect(store.requests.filter(({ path }) => path.startsWith("/store/"))).toHaveLength(2);
    expect(store.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("is not told to a credential helper, nor is the helper asked", async () => {
    const own = await registry();
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "config.json"), JSON.stringify({ credsStore: "does-not-exist" }));
    const result = await runCli(["analyze", "-q", nameAt(own), "--username", "ci", "--password-stdin"], {
      stdin: "s3cret",
      env: { DOCKER_CONFIG: directory },
    });
    expect(result.status).toBe(0);
  });
});

describe("a login that is stored", () => {
  it("goes to its own host: image, base, baseline, mirror and destination each get theirs", async () => {
    for (const use of ["image", "base", "baseline", "mirror", "destination"] as const) {
      const [own, other] = [await registry(), await registry({ login: { ...login, password: "other" } })];
      const auths = { [own.address]: mine, [other.address]: "ci:other" };
      const args = {
        image: ["analyze", nameAt(own)],
        base: ["check", nameAt(own), "--base", nameAt(other)],
        baseline: ["check", nameAt(own), "--baseline", nameAt(other)],
        mirror: ["analyze", nameAt(own)],
        destination: ["squash", "--all", nameAt(own), "--output", `docker://${other.address}/team/new:1`],
      }[use];
      const result = await run(args, { auths, ...(use === "mirror" ? { registriesConf: mirrored(own, other) } : {}) });
      expect(result.status, `${use}: ${result.stderr}`).toBe(0);
      expect(own.logins()).toEqual(use === "mirror" ? [] : [mine]);
      expect(other.logins()).toEqual(use === "image" ? [] : ["ci:other"]);
    }
  });

  it.each([
    ["another port of the host", ({ address }: ZooRegistry) => `${address.split(":")[0]}:1`],
    ["the host without its port", ({ address }: ZooRegistry) => address.split(":")[0]!],
    ["a longer host", ({ address }: ZooRegistry) => `${address}0`],
    ["a longer name below it", ({ address }: ZooRegistry) => `${address}/team/app/more`],
    ["a name that begins like it", ({ address }: ZooRegistry) => `${address}/team/ap`],
    ["another name on it", ({ address }: ZooRegistry) => `${address}/other`],
  ])("does not count when it is for %s", async (_, key) => {
    const own = await registry();
    expect(await run(["analyze", nameAt(own)], { auths: { [key(own)]: mine } })).toMatchObject({ status: 3 });
    expect(own.logins()).toEqual([]);
  });

  it.each([
    ["the host", ({ address }: ZooRegistry) => address],
    ["the host as docker writes it", ({ address }: ZooRegistry) => `https://${address}/v1/`],
    ["the namespace", ({ address }: ZooRegistry) => `${address}/team`],
    ["the repository", ({ address }: ZooRegistry) => `${address}/team/app`],
  ])("counts when it is for %s", async (_, key) => {
    const own = await registry();
    expect(await run(["analyze", nameAt(own)], { auths: { [key(own)]: mine } })).toMatchObject({ status: 0 });
  });

  it("is asked of a helper by the host's name, and goes to that host alone", async () => {
    const [own, other] = [await registry(), await registry()];
    const result = await run(["check", nameAt(own), "--base", nameAt(other)], { helper: { [own.address]: mine } });
    expect(result.asked.toSorted()).toEqual([own.address, other.address].toSorted());
    expect(own.logins()).toEqual([mine]);
    expect(other.logins()).toEqual([]);
  });
});

describe("a token server", () => {
  it("gets nothing over plain HTTP on another machine", async () => {
    const own = await registry({ login: { ...login, kind: "bearer" }, realm: "http://tokens.example/token" });
    for (const flags of [[], ["--insecure"]]) {
      const result = await run(["analyze", nameAt(own), ...flags]);
      expect(result.status).toBe(3);
      expect(result.stderr).toContain("wants credentials sent over http:// to tokens.example; refused");
    }
  });
});

describe("--insecure", () => {
  /** A proxy behind which no host speaks TLS; notes what is asked in the clear. */
  async function plainHosts(): Promise<{ readonly proxy: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(404).end();
    });
    server.on("connect", (_, socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"));
    return { proxy: `http://${await serveInTest(server)}`, asked };
  }

  it.each([
    ["base", [], 0],
    ["baseline", [], 0],
    ["base", ["--base", "docker://base.example/team/app:1"], 1],
    ["baseline", ["--baseline", "docker://base.example/team/app:1"], 1],
  ])("is about what the command line names: %s of .ballast.yaml, with %j", async (what, flags, times) => {
    const { proxy, asked } = await plainHosts();
    const directory = temporaryDirectory();
    writeFileSync(join(directory, ".ballast.yaml"), `version: 1\n${what}: docker://base.example/team/app:1\n`);
    const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    expect(await runCli(["check", "-q", "--insecure", sampleFile(), ...flags], { cwd: directory, env })).toMatchObject({ status: 3 });
    expect(asked.filter((url) => url === "http://base.example/v2/")).toHaveLength(times);
  });
});

function sampleFile(): string {
  return join(import.meta.dirname, "../../samples/demo.tar");
}
