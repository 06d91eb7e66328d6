import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { noise } from "../helpers/draws.ts";
import { openRegistry } from "../../src/transports/registry/open.ts";
import { registryDestination } from "../../src/transports/registry/push/push.ts";
import type { ConnectionOptions, ImageSet, TransferProgress } from "../../src/transports/transport.ts";
import { describeComponents } from "../helpers/components/available.ts";
import { startRegistry } from "../helpers/components/servers/registry.ts";
import type { Registry } from "../helpers/components/servers/registry.ts";
import { run } from "../helpers/components/run.ts";
import { ociArchive, ociLayout, writeFiles } from "../helpers/image-fixture.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { startMisbehavingRegistry } from "../helpers/registry/misbehaving-registry.ts";
import { outgoingOf } from "../helpers/image/outgoing-image.ts";
import { runCli } from "../helpers/run-cli.ts";
import type { CliResult } from "../helpers/run-cli.ts";
import { directory, file, tar } from "../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../helpers/temp-dir.ts";
import { refusal } from "../transports/opening.ts";

const content = noise("content", 2_000_000);
const fixture = {
  layers: [
    { content: [directory("etc"), file("etc/base", content)], compression: "gzip" as const },
    { content: [file("app", "app")], compression: "gzip" as const, createdBy: "COPY app /" },
  ],
  tags: ["x:1"],
};

const anonymous: ConnectionOptions = { authFile: "/nonexistent" };

async function open(
  reference: string,
  connection: ConnectionOptions,
  platform: { os: string; architecture: string } | null = null,
): Promise<ImageSet> {
  const set = await openRegistry(reference, { platform, verify: true, connection });
  onTestFinished(() => set.close());
  return set;
}

/** Reads every layer whole and compares it with its digest. */
async function readAll(set: ImageSet): Promise<number> {
  let bytes = 0;
  for (const layer of set.images[0]!.layers) {
    const hash = createHash("sha256");
    for await (const chunk of await layer.open()) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    expect(`sha256:${hash.digest("hex")}`).toBe(layer.digest);
  }
  return bytes;
}

const scratch = makeTemporaryDirectory();
const archive = join(scratch, "app.tar");
writeFileSync(archive, ociArchive([fixture]));
afterAll(() => removeDirectory(scratch));

async function seed(registry: Registry, name: string, flags: readonly string[] = []): Promise<void> {
  await run("skopeo", [
    "copy",
    "--insecure-policy",
    "--dest-tls-verify=false",
    ...flags,
    `oci-archive:${archive}`,
    `docker://${registry.address}/${name}`,
  ]);
}

function authFile(address: string, { username, password }: Registry["credentials"], path: string): string {
  writeFileSync(path, JSON.stringify({ auths: { [address]: { auth: Buffer.from(`${username}:${password}`).toString("base64") } } }));
  return path;
}

describeComponents(["docker-registry", "skopeo"], "a plain registry on loopback", () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
    await seed(registry, "team/app:1");
  }, 60_000);
  afterAll(() => registry?.stop());

  it("is read by tag and by digest, and says how many bytes moved", async () => {
    const set = await open(`${registry.address}/team/app:1`, anonymous);
    const image = set.images[0]!;
    const before = image.transferredBytes()!;
    const bytes = await readAll(set);
    expect(image.transferredBytes()! - before).toBe(bytes);
    expect(image.layers[1]!.createdBy).toBe("COPY app /");
    const again = await open(`${registry.address}/team/app@${image.manifestDigest}`, anonymous);
    expect(again.images[0]!.configDigest).toBe(image.configDigest);
  });

  it("says what it does not have", async () => {
    expect((await refusal(open(`${registry.address}/team/app:2`, anonymous))).message).toMatch(
      /has no manifest of .*team\/app:2 \(MANIFEST_UNKNOWN/,
    );
    expect((await refusal(open(`${registry.address}/none`, anonymous))).code).toBe("image-not-found");
  });

  it("offers one image of an index by platform, and all of them when asked", async () => {
    const layout = writeFiles(
      join(scratch, "index"),
      ociLayout(
        ["linux/amd64", "linux/arm64", "linux/arm/v7"].map((platform) => ({
          layers: [{ content: [file("arch", platform)], compression: "gzip" as const }],
          platform,
          tags: ["x:1"],
        })),
        { attestations: true, nested: 1 },
      ),
    );
    await run("skopeo", [
      "copy",
      "--insecure-policy",
      "--all",
      "--dest-tls-verify=false",
      `oci:${layout}`,
      `docker://${registry.address}/multi:1`,
    ]);
    const name = `${registry.address}/multi:1`;
    expect((await open(name, anonymous)).images.map(({ platform }) => platform.architecture)).toEqual([
      process.arch === "x64" ? "amd64" : process.arch,
    ]);
    expect((await open(name, anonymous, { os: "linux", architecture: "arm" })).images[0]!.platform).toMatchObject({
      architecture: "arm",
      variant: "v7",
    });
    const all = await openRegistry(name, { platform: null, allPlatforms: true, verify: true, connection: anonymous });
    onTestFinished(() => all.close());
    expect(all.images.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64", "arm"]);
    expect(all.indexBytes).not.toBeNull();
    expect(all.images[0]!.attestations, all.indexBytes!.toString()).toHaveLength(1);
    expect((await all.images[0]!.attestations[0]!.statements())[0]!.predicateType).toContain("slsa");
    const error = await refusal(open(name, anonymous, { os: "linux", architecture: "s390x" }));
    expect(error.code).toBe("platform-not-found");
    expect(error.message).toContain("linux/amd64, linux/arm64, linux/arm/v7");
  });

  it("takes an image, sends no blob twice, and mounts those of another repository", async () => {
    const outgoing = outgoingOf(fixture);
    const base = outgoing.built.layers[0]!.digest.slice(7, 19);
    const push = async (name: string, image: ReturnType<typeof outgoingOf>, force = false): Promise<Map<string, string>> => {
      const states = new Map<string, string>();
      const destination = registryDestination(`${registry.address}/${name}`);
      const options = { force, connection: anonymous, onProgress: ({ what, state }: TransferProgress) => void states.set(what, state) };
      await destination.check(options);
      await destination.write(image, options);
      return states;
    };
    expect((await push("pushed/app:1", outgoing)).get(base)).toBe("done");
    expect((await push("pushed/app:2", outgoing)).get(base)).toBe("cached");
    const mounting = outgoingOf({ ...fixture, tags: [] }, { registry: registry.address, repository: "pushed/app" });
    expect((await push("pushed/other:1", mounting)).get(base)).toBe("cached");
    const log = readFileSync(join(registry.directory, "registry.log"), "utf8").split("\n");
    const mounts = log.filter((line) => line.includes('"POST /v2/pushed/other/blobs/uploads/?') && line.includes('" 201 '));
    expect(mounts).toHaveLength(2);
    const inspected = JSON.parse(
      (await run("skopeo", ["inspect", "--tls-verify=false", `docker://${registry.address}/pushed/other:1`])).toString(),
    ) as { Digest: string };
    expect(inspected.Digest).toBe(outgoing.built.manifest.digest);
    expect((await refusal(push("pushed/app:1", outgoing))).code).toBe("destination-exists");
    await push("pushed/app:1", outgoing, true);
  });

  it("gives a tag back to the image that had it when the new one does not pass", async () => {
    const name = `${registry.address}/back/app:1`;
    const options = { force: true, connection: anonymous };
    await registryDestination(name).write(outgoingOf(fixture), options);
    const before = (await open(name, anonymous)).images[0]!.manifestDigest;
    const second = registryDestination(name);
    await second.write(outgoingOf({ layers: [[file("other", "1")]] }), options);
    expect((await open(name, anonymous)).images[0]!.manifestDigest).not.toBe(before);
    await second.remove(options);
    expect((await open(name, anonymous)).images[0]!.manifestDigest).toBe(before);
    const fresh = registryDestination(`${registry.address}/back/new:1`);
    await fresh.write(outgoingOf(fixture), options);
    await fresh.remove(options);
    expect((await refusal(open(`${registry.address}/back/new:1`, anonymous))).code).toBe("image-not-found");
  });

  it("is asked instead of another one that registries.conf puts it before", async () => {
    const conf = join(temporaryDirectory(), "registries.conf");
    writeFileSync(conf, `[[registry]]\nprefix = "registry.invalid/far"\n[[registry.mirror]]\nlocation = "${registry.address}/team"\n`);
    process.env["CONTAINERS_REGISTRIES_CONF"] = conf;
    onTestFinished(() => void delete process.env["CONTAINERS_REGISTRIES_CONF"]);
    const set = await open("registry.invalid/far/app:1", anonymous);
    expect(set.images[0]!.reference).toBe("registry.invalid/far/app:1");
    await readAll(set);
  });
});

describeComponents(["docker-registry"], "ballast on images in a registry", () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
  }, 60_000);
  afterAll(() => registry?.stop());

  const push = async (name: string, image: ImageFixture): Promise<void> =>
    registryDestination(`${registry.address}/${name}`).write(outgoingOf(image), { force: true, connection: anonymous });
  const analyze = (...args: string[]): Promise<CliResult> =>
    runCli(["analyze", ...args], { env: { XDG_CACHE_HOME: join(scratch, "cache") } });

  it("moves only an image's own layers when its base is known, and says how many bytes that were", async () => {
    const own = { content: [file("own", noise("own", 40_000))], compression: "gzip" as const };
    await push("shared/one:1", fixture);
    await push("shared/two:1", { ...fixture, layers: [fixture.layers[0]!, own] });
    const first = await analyze("--json", `docker://${registry.address}/shared/one:1`);
    const second = await analyze("--json", `docker://${registry.address}/shared/two:1`);
    const moved = ({ stdout }: CliResult): number => (JSON.parse(stdout) as { image: { transferredBytes: number } }).image.transferredBytes;
    expect(moved(first)).toBeGreaterThan(2_000_000);
    expect(moved(second)).toBeGreaterThan(40_000);
    expect(moved(second)).toBeLessThan(45_000);
    expect(second.stderr).toMatch(/layer 0 .* known: not fetched/);
    expect(second.stderr).toMatch(/layer 1 {2}[0-9a-f]{12} {2}4\d\.\d kB(?:, .*\/s)?\n/);
    expect((await analyze("--quiet", `docker://${registry.address}/shared/two:1`)).stderr).toBe("");
    expect((await analyze(`docker://${registry.address}/shared/two:1`)).stdout).toMatch(/Fetched +\d/);
  });

  it("ends with status 3 and a hint when a layer is a bomb, or is not what its digest says", async () => {
    const header = tar([file("zeros", "", { claimedSize: 2 ** 31 })]).subarray(0, 512);
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const stored = Buffer.concat([gzipSync(header), ...Array.from({ length: 32 }, () => zeros)]);
    await push("bomb:1", { layers: [{ content: [], stored, compression: "gzip" }] });
    const bomb = await analyze(`docker://${registry.address}/bomb:1`);
    expect(bomb.status).toBe(3);
    expect(bomb.stdout).toBe("");
    expect(bomb.stderr).toMatch(/^error: .*layer 0.*\nhint: .*bomb/m);
    const lying = await startMisbehavingRegistry(fixture, {
      fault: (request, response) => {
        const layer = lying.image.layers[1]!;
        if (!request.url.endsWith(layer.digest)) return false;
        response.writeHead(200, { "content-length": layer.bytes.length }).end(Buffer.alloc(layer.bytes.length, layer.bytes[0]));
        return true;
      },
    });
    onTestFinished(() => lying.stop());
    const result = await analyze("--no-cache", `docker://${lying.reference}`);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain(`layer 1`);
    expect(result.stdout).toBe("");
  }, 120_000);

  it("ends with status 3 and a hint, never a stack, when it cannot be had", async () => {
    for (const name of [`docker://${registry.address}/none:1`, "docker://127.0.0.1:1/a", "docker://registry.invalid/a"]) {
      const result = await analyze(name);
      expect(result.status, name).toBe(3);
      expect(result.stderr).toMatch(/^error: .+\nhint: .+\n$/);
    }
  });
});

describeComponents(["docker-registry", "skopeo", "openssl"], "a registry that wants a password", () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry({ auth: "basic" });
    const { username, password } = registry.credentials;
    await seed(registry, "app:1", ["--dest-creds", `${username}:${password}`]);
  }, 60_000);
  afterAll(() => registry?.stop());

  it("takes it from the flags", async () => {
    await readAll(await open(`${registry.address}/app:1`, { ...anonymous, ...registry.credentials }));
  });

  it("takes it from an auth file", async () => {
    const path = authFile(registry.address, registry.credentials, join(scratch, "auth.json"));
    await readAll(await open(`${registry.address}/app:1`, { authFile: path }));
  });

  it("takes it from a credential helper, and says when the helper breaks, hangs or is missing", async () => {
    const directoryPath = temporaryDirectory();
    const { PATH } = process.env;
    process.env["PATH"] = `${directoryPath}:${PATH}`;
    onTestFinished(() => void (process.env["PATH"] = PATH));
    const helper = (name: string, body: string): string => {
      writeFileSync(join(directoryPath, `docker-credential-${name}`), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      const path = join(directoryPath, `${name}.json`);
      writeFileSync(path, JSON.stringify({ credHelpers: { [registry.address]: name } }));
      return path;
    };
    const { username, password } = registry.credentials;
    const good = helper(
      "good",
      `read host; test "$host" = "${registry.address}" && echo '{"Username":"${username}","Secret":"${password}"}'`,
    );
    await readAll(await open(`${registry.address}/app:1`, { authFile: good }));
    const breaks = await refusal(
      open(`${registry.address}/app:1`, { authFile: helper("broken", `echo '{"Secret":"${password}"}'; exit 3`) }),
    );
    expect(breaks.code).toBe("credentials-failed");
    expect(breaks.message).toContain("docker-credential-broken ended with status 3");
    expect(breaks.message).not.toContain(password);
    const hangs = await refusal(open(`${registry.address}/app:1`, { authFile: helper("hanging", "sleep 60"), timeout: 500 }));
    expect(hangs.message).toContain("did not answer within 0.5 s");
    const unknown = await refusal(
      open(`${registry.address}/app:1`, { authFile: helper("empty", "echo credentials not found in native keychain; exit 1") }),
    );
    expect(unknown.code).toBe("unauthorized");
    const missing = join(directoryPath, "missing.json");
    writeFileSync(missing, JSON.stringify({ credsStore: "nowhere" }));
    const error = await refusal(open(`${registry.address}/app:1`, { authFile: missing }));
    expect(error.code).toBe("unauthorized");
    expect(error.message).toContain("docker-credential-nowhere, which is not installed");
  });

  it("refuses strangers and wrong passwords, with what to do", async () => {
    const stranger = await refusal(open(`${registry.address}/app:1`, anonymous));
    expect(stranger.code).toBe("unauthorized");
    expect(stranger.hint).toContain(`docker login ${registry.address}`);
    const wrong = await refusal(open(`${registry.address}/app:1`, { ...anonymous, username: "ballast", password: "wrong-one" }));
    expect(wrong.code).toBe("unauthorized");
    expect(wrong.message).not.toContain("wrong-one");
  });

  it("refuses a push by strangers before any work", async () => {
    const destination = registryDestination(`${registry.address}/denied:1`);
    expect((await refusal(destination.check({ force: false, connection: anonymous }))).code).toBe("unauthorized");
  });
});

describeComponents(["docker-registry", "skopeo", "openssl"], "a registry under a private authority", () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry({ tls: true });
    await seed(registry, "app:1");
  }, 60_000);
  afterAll(() => registry?.stop());

  it("is not trusted until somebody says so", async () => {
    const error = await refusal(open(`${registry.address}/app:1`, anonymous));
    expect(error.code).toBe("tls-failed");
    expect(error.message).toContain("authority that is not trusted here");
    expect(error.hint).toContain("--ca");
  });

  it("is trusted with --ca, with --cert-dir, with certs.d and with --insecure", async () => {
    const name = `${registry.address}/app:1`;
    await readAll(await open(name, { ...anonymous, caFile: registry.certificates!.ca }));
    await readAll(await open(name, { ...anonymous, certDirectory: registry.certificates!.trustDirectory }));
    await readAll(await open(name, { ...anonymous, insecure: true }));
    const config = temporaryDirectory();
    const certs = join(config, "containers/certs.d", registry.address);
    mkdirSync(certs, { recursive: true });
    writeFileSync(join(certs, "ca.crt"), readFileSync(registry.certificates!.ca));
    const before = process.env["XDG_CONFIG_HOME"];
    process.env["XDG_CONFIG_HOME"] = config;
    onTestFinished(() => {
      if (before === undefined) delete process.env["XDG_CONFIG_HOME"];
      else process.env["XDG_CONFIG_HOME"] = before;
    });
    await readAll(await open(name, anonymous));
  });

  it("says what is wrong with a file that is no certificate", async () => {
    const path = join(scratch, "no.pem");
    writeFileSync(path, "hello");
    expect((await refusal(open(`${registry.address}/app:1`, { ...anonymous, caFile: path }))).message).toBe(
      `${path} holds no PEM certificate or key`,
    );
    expect((await refusal(open(`${registry.address}/app:1`, { ...anonymous, caFile: "/none.pem" }))).message).toContain(
      "/none.pem cannot be read",
    );
  });
});

describeComponents(["docker-registry", "skopeo", "openssl"], "a registry with a token server", () => {
  it("is read and written with tokens that expire in between", async () => {
    const registry = await startRegistry({ auth: "token", tokenLifetime: 12 });
    onTestFinished(() => registry.stop());
    const connection = { ...anonymous, ...registry.credentials };
    const name = `${registry.address}/team/app:1`;
    const destination = registryDestination(name);
    await destination.check({ force: false, connection });
    await destination.write(outgoingOf(fixture), { force: false, connection });
    await readAll(await open(name, connection));
    expect(registry.tokenServer!.requests.map(({ scopes }) => scopes)).toContainEqual(["repository:team/app:pull,push"]);
    expect(registry.tokenServer!.requests.at(-1)!.scopes).toEqual(["repository:team/app:pull"]);
    expect((await refusal(open(name, anonymous))).code).toBe("unauthorized");
  });

  it("is read without an account where tokens are free", async () => {
    const registry = await startRegistry({ auth: "anonymous-token" });
    onTestFinished(() => registry.stop());
    await seed(registry, "app:1");
    await readAll(await open(`${registry.address}/app:1`, anonymous));
    expect(registry.tokenServer!.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });
});
