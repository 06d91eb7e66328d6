/** A survey on several machines: workers, Redis and collectors that come and go, and a result that knows nothing of it. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inflateRawSync } from "node:zlib";

import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";

import { registryDestination } from "../../../src/transports/registry/push/push.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { makeCertificates } from "../../helpers/components/servers/certificates.ts";
import { startRedis } from "../../helpers/components/servers/redis.ts";
import type { RedisServer } from "../../helpers/components/servers/redis.ts";
import { startRegistry } from "../../helpers/components/servers/registry.ts";
import type { Registry } from "../../helpers/components/servers/registry.ts";
import { startProgram } from "../../helpers/components/servers/worker-process.ts";
import type { WorkerProcess } from "../../helpers/components/servers/worker-process.ts";
import type { ImageFixture, LayerFixture } from "../../helpers/image-fixture.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { parseSurvey } from "../../helpers/report-schema.ts";
import { projectRoot, runCli } from "../../helpers/run-cli.ts";
import type { CliResult } from "../../helpers/run-cli.ts";
import { directory, file } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../../helpers/temp-dir.ts";

const token = (about: string): string => `ghp_${createHash("sha256").update(about).digest("hex").slice(0, 36)}`;
const secrets = { file: token("in a file"), env: token("in the environment"), address: token("in a dependency's address") };

const layer = (name: string): LayerFixture => ({
  content: [file(name, Buffer.alloc(30_000, name)), file(`${name}.copy`, Buffer.alloc(30_000, name))],
  compression: "gzip",
});
const base: LayerFixture = {
  content: [
    directory("etc"),
    file("etc/app.conf", `token = "${secrets.file}"\n`),
    file(
      "app/package.json",
      `{"name":"surveyed-app","version":"1.0.0","dependencies":{"x":"git+https://${secrets.address}@git.example/x"}}`,
    ),
  ],
  compression: "gzip",
};
const images: Record<string, ImageFixture> = Object.fromEntries(
  ["one:1", "one:2", "two:1", "two:2", "three:1"].map((name, index) => [
    `team/${name}`,
    {
      layers: [base, layer(index < 3 ? "lower" : "other"), layer(`top ${name}`)],
      config: { Env: [`TOKEN=${secrets.env}`] },
      configOverrides: { created: `2026-01-0${index + 1}T00:00:00Z` },
    },
  ]),
);

/** Others soon take up what a dead worker held. No shorter: on a busy machine a live one may be silent for as long. */
const shortLease = ["--lease", "3s"];

describeComponents(["docker-registry", "redis-server"], "survey on many machines", () => {
  let registry: Registry;
  let auth: string;
  let home: string;
  /** What one process says of the same registry. */
  let alone: CliResult;
  let redis: RedisServer;

  const source = (): string => `docker://${registry.address}`;
  const judged = ["--json", "--rules", "none", "--fail", "secrets=low"];
  const survey = (...args: string[]): Promise<CliResult> =>
    runCli(["survey", "--state", temporaryDirectory(), ...judged, ...args], { env: { REGISTRY_AUTH_FILE: auth }, timeout: 50_000 });
  const worker = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): WorkerProcess => {
    const started = startProgram(["worker", "--queue", redis.url, "--state", temporaryDirectory(), ...args], {
      REGISTRY_AUTH_FILE: auth,
      ...env,
    });
    onTestFinished(() => started.stop());
    return started;
  };
  /** A worker that is killed as soon as the registry answers for one layer. */
  const mortal = (digest: string, env: Readonly<Record<string, string>>): WorkerProcess =>
    worker(["--concurrency", "1", ...shortLease], {
      NODE_OPTIONS: `--import=${pathToFileURL(join(projectRoot, "test/fixtures/end-at-layer.mjs")).href}`,
      END_AT: digest,
      ...env,
    });
  const digestOf = (image: string, index: number): string => outgoingOf(images[image]!).built.layers[index]!.digest;
  const layerDigests = [
    ...new Set(Object.values(images).flatMap((fixture) => outgoingOf(fixture).built.layers.map(({ digest }) => digest))),
  ];
  /** How often each layer was asked for since the last call, by the registry's own log. */
  let logged = 0;
  const fetches = (): number[] => {
    const log = readFileSync(join(registry.directory, "registry.log"), "utf8");
    const fresh = log.slice(logged);
    logged = log.length;
    return layerDigests.map((digest) => fresh.split(`/blobs/${digest} HTTP`).filter((before) => / "GET [^"]*$/.test(before)).length);
  };
  const onceEach = layerDigests.map(() => 1);

  beforeAll(async () => {
    registry = await startRegistry({ auth: "basic" });
    home = makeTemporaryDirectory();
    auth = join(home, "auth.json");
    const { username, password } = registry.credentials;
    const login = Buffer.from(`${username}:${password}`).toString("base64");
    writeFileSync(auth, JSON.stringify({ auths: { [registry.address]: { auth: login } } }));
    for (const [name, fixture] of Object.entries(images))
      await registryDestination(`${registry.address}/${name}`).write(outgoingOf(fixture), { force: true, connection: { authFile: auth } });
    const state = join(home, "alone");
    alone = await runCli(["survey", "--state", state, ...judged, source()], { env: { REGISTRY_AUTH_FILE: auth } });
    expect([alone.stderr, alone.status]).toEqual(["", 1]);
  }, 60_000);
  afterAll(async () => {
    await registry.stop();
    removeDirectory(home);
  });
  beforeEach(async () => {
    redis = await startRedis();
    fetches();
  });
  afterEach(() => redis.stop());

  it("says byte for byte what one process says, having read each layer once with four workers, and tells Redis no secret", async () => {
    worker(["--concurrency", "4"]);
    const result = await survey("--queue", redis.url, source());
    expect(result.stdout).toBe(alone.stdout);
    expect(result.status).toBe(alone.status);
    expect(fetches()).toEqual(onceEach);
    const written = everythingIn(appendOnlyFile(redis)).join("\n");
    // What is looked into is what went through it: names and findings, masked.
    for (const word of ["/etc/app.conf", "surveyed-app"]) expect(written.includes(word), word).toBe(true);
    const { username, password } = registry.credentials;
    for (const secret of [...Object.values(secrets), password, Buffer.from(`${username}:${password}`).toString("base64")])
      expect(written.includes(secret), secret).toBe(false);
    // A second survey finds the layers in the store, and leaves nothing of itself behind.
    expect((await survey("--queue", redis.url, source())).stdout).toBe(alone.stdout);
    expect(fetches()).toEqual(layerDigests.map(() => 0));
    const client = new Redis(redis.url);
    const keys = await client.keys("*");
    client.disconnect();
    expect(keys.filter((key) => /:run:|results|:work:.*-(layer|image)-|:surveys:[0-9a-f]{32}/.test(key))).toEqual([]);
  });

  it("survives a worker killed in mid-layer, the collector killed, and Redis killed", async () => {
    const victim = digestOf("team/two:1", 2);
    const first = mortal(victim, { END_ONCE: join(temporaryDirectory(), "once"), END_PARENT: "1" });
    const collector = startProgram(["survey", "--state", temporaryDirectory(), ...judged, "--queue", redis.url, source()], {
      REGISTRY_AUTH_FILE: auth,
    });
    await first.ended;
    process.kill(collector.pid, "SIGKILL");
    await collector.ended;
    await redis.crash();
    worker(shortLease);
    const result = await survey("--queue", redis.url, source());
    expect(result.stderr).toContain("going on with the same survey, which was broken off");
    expect(result.stdout).toBe(alone.stdout);
    expect(fetches()).toEqual(layerDigests.map((digest) => (digest === victim ? 2 : 1)));
  });

  it("goes on when Redis is killed and started again under it", async () => {
    const running = survey("--queue", redis.url, source());
    const jobs = new Queue("work", { connection: { url: redis.url }, prefix: "{ballast}", skipMetasUpdate: true });
    jobs.on("error", () => {});
    onTestFinished(() => jobs.close());
    await vi.waitFor(async () => expect(await jobs.getWaitingCount()).toBe(layerDigests.length), { timeout: 20_000, interval: 200 });
    await redis.crash();
    worker();
    const result = await running;
    expect(result.stderr).toContain("no worker takes jobs");
    expect(result.stdout).toBe(alone.stdout);
    expect(fetches()).toEqual(onceEach);
  });

  it("calls a layer unreadable that ends its worker three times, and goes on with the rest", async () => {
    const poison = digestOf("team/three:1", 2);
    const crew = mortal(poison, {});
    const result = await survey("--queue", redis.url, source());
    const document = parseSurvey(result.stdout);
    expect(document.unreadable).toEqual([
      {
        name: `${registry.address}/team/three:1`,
        reason: `layer 2 (${poison.slice(7, 19)}): the process that read it ended 3 times without a word (killed, or out of memory)`,
      },
    ]);
    expect(document.images.filter(({ analysis }: { analysis: unknown }) => analysis !== null).length).toBe(Object.keys(images).length - 1);
    expect(fetches()).toEqual(layerDigests.map((digest) => (digest === poison ? 3 : 1)));
    expect(crew.stderr()).toContain("a process ended (SIGKILL) at layer");
  });

  it("does not mix two surveys at once", async () => {
    const parts = [`${source()}/team/one`, `${source()}/team/two`];
    const expected = await Promise.all(parts.map((part) => survey(part)));
    worker(["--concurrency", "2"]);
    const found = await Promise.all(parts.map((part) => survey("--queue", redis.url, part)));
    expect(found.map(({ stdout }) => stdout)).toEqual(expected.map(({ stdout }) => stdout));
  });

  it("goes over TLS to an account that may only what a queue needs, and shows its password nowhere", async () => {
    const password = "only-for-this-queue";
    const certificates = await makeCertificates(temporaryDirectory());
    const locked = await startRedis({ locked: { certificates, password } });
    onTestFinished(() => locked.stop());
    const env = { BALLAST_QUEUE: locked.url, REGISTRY_AUTH_FILE: auth, NODE_EXTRA_CA_CERTS: certificates.ca };
    const started = startProgram(["worker", "--concurrency", "1", "--state", temporaryDirectory()], env);
    onTestFinished(() => started.stop());
    const over = (more: Readonly<Record<string, string | undefined>>): Promise<CliResult> =>
      runCli(["survey", "--state", temporaryDirectory(), ...judged, source()], { env: { ...env, ...more }, timeout: 50_000 });
    const result = await over({});
    expect(result.stdout).toBe(alone.stdout);
    const stranger = await over({ NODE_EXTRA_CA_CERTS: undefined });
    expect([stranger.stdout, stranger.status]).toEqual(["", 3]);
    expect(stranger.stderr).toContain("hint: name the authority that signed its certificate in NODE_EXTRA_CA_CERTS");
    const wrong = await over({ BALLAST_QUEUE: locked.url.replace(password, `not-${password}`) });
    expect(wrong.stderr).toContain("does not let us in: WRONGPASS");
    for (const text of [result.stderr, stranger.stderr, wrong.stderr, started.stderr()]) expect(text).not.toContain(password);
  });

  it("says that Redis is full, and goes on when it no longer is", async () => {
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await client.config("SET", "maxmemory", "1");
    const full = await survey("--queue", redis.url, source());
    expect([full.stdout, full.status]).toEqual(["", 3]);
    expect(full.stderr).toContain(`error: ${redis.url} is full: it holds as much as its maxmemory allows\nhint: give it more memory`);
    await client.config("SET", "maxmemory", "0");
    worker();
    expect((await survey("--queue", redis.url, source())).stdout).toBe(alone.stdout);
  });

  it("leaves jobs of another version alone and says so", async () => {
    const jobs = new Queue("work", { connection: { url: redis.url }, prefix: "{ballast}" });
    onTestFinished(() => jobs.close());
    const data = { kind: "layer", dialect: "99.0.0/1", run: "other", store: "redis" };
    await jobs.add("layer", data, { jobId: "other-layer-1", attempts: 3 });
    const refusing = worker(["--concurrency", "1"]);
    await vi.waitFor(() => expect(refusing.stderr()).toContain("does not understand"), { timeout: 20_000, interval: 100 });
    expect(refusing.stderr()).toContain("a survey was started by Ballast 99.0.0/1");
    // It is said before the job goes back.
    await vi.waitFor(async () => expect(await (await jobs.getJob("other-layer-1"))!.getState()).toBe("delayed"), { timeout: 20_000 });
    expect((await jobs.getJob("other-layer-1"))!.attemptsMade).toBe(0);
  });

  it("passes results through a shared directory, of which layers stay and images' results go", async () => {
    const shared = join(temporaryDirectory(), "shared");
    mkdirSync(shared);
    worker(["--store", shared]);
    const output = temporaryDirectory();
    const result = await survey("--queue", redis.url, "--store", shared, "--output", output, source());
    expect(result.stdout).toBe(alone.stdout);
    const names = readdirSync(shared, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(names.map(({ parentPath }) => parentPath.slice(shared.length + 1).split("/")[0])).toEqual(layerDigests.map(() => "layers"));
    expect(readdirSync(output).length).toBe(Object.keys(images).length);
    expect(everythingIn(appendOnlyFile(redis)).some((text) => text.includes("/etc/app.conf"))).toBe(false);
  });
});

function appendOnlyFile({ directory: path }: RedisServer): Buffer {
  const files = readdirSync(join(path, "appendonlydir"));
  return Buffer.concat(files.map((name) => readFileSync(join(path, "appendonlydir", name))));
}

/** The bytes themselves, and all that was compressed into them at any depth: behind the ten bytes of gzip's header, or the two of zlib's. */
function everythingIn(bytes: Buffer): string[] {
  const found = [bytes.toString("latin1")];
  for (const [magic, header] of [
    [[0x1f, 0x8b, 0x08], 10],
    [[0x78, 0x9c], 2],
  ] as const) {
    const start = Buffer.from(magic);
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
      try {
        found.push(...everythingIn(inflateRawSync(bytes.subarray(at + header))));
      } catch {
        // These bytes only look like it.
      }
    }
  }
  return found;
}
