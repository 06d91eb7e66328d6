import { createCipheriv, createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { predict } from "../../../src/rewrite/plan/figures/predict.ts";
import type { Plan } from "../../../src/rewrite/plan/plan.ts";
import { dockerArchive, ociArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, tar, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const secret = "correct-horse-7Hq2-battery";
const app: ImageFixture = {
  layers: [
    { content: [directory("usr"), file("usr/base", "b".repeat(5000)), file("usr/gone", "g".repeat(7000))], createdBy: "FROM base" },
    { created_by: 'CMD ["sh"]', empty_layer: true },
    {
      content: [
        ...["var", "var/lib", "var/lib/apt", "var/lib/apt/lists", "usr/share", "usr/share/doc", "usr/share/doc/app", "etc", "opt"].map(
          (path) => directory(path),
        ),
        file("var/lib/apt/lists/archive_Packages", "p".repeat(20_000)),
        file("usr/share/doc/app/readme", "d".repeat(3000)),
        file("usr/share/doc/app/copyright", "c".repeat(100)),
        file("opt/one.js", "same".repeat(1000)),
        file("opt/two.js", "same".repeat(1000)),
        file("etc/one", "conf".repeat(1000)),
        file("etc/two", "conf".repeat(1000)),
        whiteout("usr/gone"),
      ],
      createdBy: "RUN apt-get update",
    },
    { content: [file("usr/base", "b".repeat(5000), { mtime: 1_700_000_000 })], createdBy: "RUN touch" },
    { created_by: `ENV DB_PASSWORD=${secret}`, empty_layer: true },
    { content: [file("opt/new", "n")], createdBy: "COPY new /opt" },
    { created_by: 'CMD ["app"]', empty_layer: true },
  ],
  config: { Env: ["PATH=/bin", `DB_PASSWORD=${secret}`] },
};

function source(): { dir: string; archive: string } {
  const dir = temporaryDirectory();
  const archive = join(dir, "app.tar");
  writeFileSync(archive, dockerArchive(app, { shape: "25" }));
  return { dir, archive };
}

async function filesIn(archive: string): Promise<Record<string, { bytes: number; links?: string }>> {
  const report = JSON.parse((await runCli(["analyze", archive, "--json", "--files"])).stdout) as {
    files: { path: string; bytes: number }[];
  };
  return Object.fromEntries(report.files.map((row) => [row.path, row]));
}

const planOf = async (archive: string, ...flags: string[]): Promise<Plan> =>
  JSON.parse((await runCli(["optimize", archive, "--plan", "-", ...flags])).stdout) as Plan;
const stepOf = (plan: Plan, id: string) => plan.steps.find((step) => step.id === id)!;

describe("ballast optimize", () => {
  it("drops caches, keeps documentation and licences unless told otherwise", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli(["optimize", archive, "--all", "-o", `docker-archive:${output}`]);
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/^verified: \d+ paths$/m);
    const files = await filesIn(output);
    expect(files["/var/lib/apt/lists/archive_Packages"]).toBeUndefined();
    expect(files["/usr/share/doc/app/readme"]).toBeDefined();

    await runCli(["optimize", archive, "--all", "--drop", "docs", "--force", "-o", `docker-archive:${output}`]);
    const withDocs = await filesIn(output);
    expect(withDocs["/usr/share/doc/app/readme"]).toBeUndefined();
    expect(withDocs["/usr/share/doc/app/copyright"]).toBeDefined();
    expect(withDocs["/var/lib/apt/lists/archive_Packages"]).toBeDefined();
  });

  it("takes archives, source maps and tests of packages when asked to: what the report tells of, each file once", async () => {
    const dir = temporaryDirectory();
    const archive = join(dir, "app.tar");
    const manifest = (name: string) => JSON.stringify({ name, version: "1.0.0", main: "index.js" });
    const items = [
      file("usr/lib/libx.a", "!<arch>\n".repeat(100)),
      file("app/node_modules/a/package.json", manifest("a")),
      file("app/node_modules/a/index.js", "1"),
      file("app/node_modules/a/index.js.map", "m".repeat(700)),
      file("app/node_modules/a/test/a.js", "t".repeat(600)),
      file("app/node_modules/a/test/a.js.map", "m".repeat(500)),
      file("app/node_modules/b/package.json", manifest("b")),
      file("app/node_modules/b/index.js", 'require("./test/kept")'),
      file("app/node_modules/b/test/kept.js", "k".repeat(400)),
    ];
    writeFileSync(archive, dockerArchive({ layers: [items] }, { shape: "25" }));
    const plan = await planOf(archive, "--all", "--drop", "static,maps,tests");
    const step = (id: string) => stepOf(plan, id).paths.map(({ path, bytes }) => [path, bytes]);
    expect(step("drop:static")).toEqual([["/usr/lib/libx.a", 800]]);
    expect(step("drop:maps")).toEqual([
      ["/app/node_modules/a/index.js.map", 700],
      ["/app/node_modules/a/test/a.js.map", 500],
    ]);
    expect(step("drop:tests")).toEqual([["/app/node_modules/a/test/a.js", 600]]);
    expect(stepOf(plan, "drop:tests").kept).toMatchObject([{ path: "/app/node_modules/b/test", bytes: 400 }]);
    const { unneeded } = JSON.parse((await runCli(["analyze", archive, "--json"])).stdout);
    expect(Object.fromEntries(unneeded.map((row: { rule: string; bytes: number }) => [row.rule, row.bytes]))).toEqual({
      "static-libraries": 800,
      "source-maps": 1200,
      "test-directories": 1000,
    });

    const output = join(dir, "out.tar");
    const result = await runCli(["optimize", archive, "--all", "--drop", "static,maps,tests", "-o", `docker-archive:${output}`]);
    expect([result.status, result.stdout]).toEqual([0, expect.stringMatching(/^verified: \d+ paths$/m)]);
    const left = Object.keys(await filesIn(output)).filter((path) => /\.(?:a|map|js)$/.test(path));
    expect(left).toEqual(["/app/node_modules/a/index.js", "/app/node_modules/b/index.js", "/app/node_modules/b/test/kept.js"]);
    const untouched = await planOf(archive, "--all");
    expect(["static", "maps", "tests"].map((category) => stepOf(untouched, `drop:${category}`).enabled)).toEqual([false, false, false]);
  });

  it("links identical files, but not where people edit them", async () => {
    const { archive } = source();
    const { groups } = stepOf(await planOf(archive, "--all"), "hard-link");
    expect(groups).toEqual([{ bytes: 4000, paths: ["/opt/one.js", "/opt/two.js"] }]);
  });

  it("links no databases and settings, which programs write in place, but for those of a package", async () => {
    const names = ["data/a.sqlite", "data/b.sqlite", "conf/a.ini", "conf/b.ini", "node_modules/x/a.ini", "node_modules/x/b.ini"];
    const archive = join(temporaryDirectory(), "app.tar");
    writeFileSync(archive, dockerArchive({ layers: [names.map((name) => file(`app/${name}`, "a=1\n".repeat(1000)))] }));
    const { groups } = stepOf(await planOf(archive, "--all"), "hard-link");
    expect(groups).toEqual([{ bytes: 4000, paths: ["/app/node_modules/x/a.ini", "/app/node_modules/x/b.ini"] }]);
  });

  it("takes back a file whose time alone was changed above the base, on request: make compares times", async () => {
    const { dir, archive } = source();
    const plan = await planOf(archive);
    expect(plan.keepLayers).toBe(1);
    expect(stepOf(plan, "undo-metadata")).toMatchObject({ enabled: false, paths: [{ path: "/usr/base", bytes: 5000 }] });
    const result = await runCli(["optimize", archive, "--undo-metadata", "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(result.stdout).toMatch(/^verified: \d+ paths$/m);
    const report = JSON.parse((await runCli(["analyze", join(dir, "out.tar"), "--json", "--files"])).stdout);
    expect(report.files.find((row: { path: string }) => row.path === "/usr/base").layer).toBe(0);
  });

  it("predicts the uncompressed bytes exactly", async () => {
    const { dir, archive } = source();
    for (const flags of [
      ["--all"],
      [],
      ["--all", "--drop", "caches,docs", "--remove", "/opt/n*"],
      ["--all", "--no-hard-link", "--drop", "none"],
    ]) {
      const output = join(dir, "out.tar");
      const dry = await runCli(["optimize", archive, ...flags, "--dry-run"]);
      const done = await runCli(["optimize", archive, ...flags, "--force", "-o", `docker-archive:${output}`]);
      const row = /^uncompressed +.*$/m;
      expect(row.exec(done.stdout)?.[0].replace(/\s+/g, " ")).toBe(row.exec(dry.stdout)?.[0].replace(/\s+/g, " "));
    }
  });

  it("predicts the compressed bytes within 5 %, for many small files and few large ones", async () => {
    const words = Array.from({ length: 400 }, (_, index) =>
      createHash("md5")
        .update(`${index}`)
        .digest("base64")
        .slice(0, 3 + (index % 6)),
    );
    const prose = (seed: number, count: number): string =>
      Array.from({ length: count }, (_, at) => words[createHash("md5").update(`${seed} ${at}`).digest()[0]! + (at % 144)]).join(" ");
    const noise = (seed: number, bytes: number): Buffer =>
      createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(bytes));
    const kinds = {
      tiny: Array.from({ length: 3000 }, (_, index) => file(`app/p${index % 60}/f${index}.js`, prose(index, 12))),
      large: Array.from({ length: 6 }, (_, index) =>
        file(`blob-${index}`, index % 2 === 0 ? noise(index, 2_000_000) : prose(index, 40_000)),
      ),
    };
    const dir = temporaryDirectory();
    for (const [kind, content] of Object.entries(kinds)) {
      const archive = join(dir, `${kind}.tar`);
      writeFileSync(archive, ociArchive([{ layers: [{ content, compression: "gzip" }] }]));
      const predicted = predict(await planOf(archive, "--all")).after.compressed!;
      const output = join(dir, `${kind}-out.tar`);
      await runCli(["optimize", archive, "--all", "-o", output]);
      const report = JSON.parse((await runCli(["analyze", output, "--json"])).stdout) as { image: { compressedBytes: number } };
      expect([kind, Math.abs(predicted / report.image.compressedBytes - 1) < 0.05]).toEqual([kind, true]);
    }
  });

  it("does not seem to grow an image of a few bytes: what gzip makes of a source without compression counts its headers", async () => {
    const layers = [1, 2, 3].map((number) => [file(`d/a${number}`, "hello")]);
    const archive = join(temporaryDirectory(), "app.tar");
    writeFileSync(archive, dockerArchive({ layers }));
    const { before, after } = predict(await planOf(archive, "--all"));
    const measured = layers.reduce((sum, layer) => sum + gzipSync(tar(layer)).length, 0);
    expect(before.compressed! / measured).toBeGreaterThan(0.4);
    expect(before.compressed! / measured).toBeLessThan(1.6);
    expect(after.compressed).toBeLessThan(before.compressed!);
  });

  it("counts no header of a file that goes: without compression the estimate was too high by all of them", async () => {
    const dir = temporaryDirectory();
    const archive = join(dir, "app.tar");
    const small = Array.from({ length: 200 }, (_, index) => file(`var/cache/apt/archives/p${index}.deb`, "a package"));
    writeFileSync(archive, dockerArchive({ layers: [[...small, file("opt/app.js", "x".repeat(20_000))]] }));
    const flags = ["--all", "--compression", "none"];
    const { after } = predict(await planOf(archive, ...flags));
    await runCli(["optimize", archive, ...flags, "-o", `oci:${join(dir, "out")}`]);
    const blobs = join(dir, "out/blobs/sha256");
    const layer = Math.max(...readdirSync(blobs).map((name) => statSync(join(blobs, name)).size));
    const tarEnd = 10_240;
    expect(layer).toBeGreaterThan(20_000);
    expect(Math.abs(after.compressed! - layer)).toBeLessThanOrEqual(tarEnd);
  });

  it("keeps all of a directory that --keep names: its files were dropped", async () => {
    const archive = join(temporaryDirectory(), "app.tar");
    const same = "same".repeat(1000);
    const content = [file("tmp/k/d/a", "1"), file("tmp/j", "1"), file("opt/k/a.js", same), file("opt/b.js", same)];
    writeFileSync(archive, dockerArchive({ layers: [content] }));
    const plan = await planOf(archive, "--all", "--keep", "/tmp/k", "--keep", "/opt/k");
    expect(stepOf(plan, "drop:temp").paths).toEqual([{ path: "/tmp/j", bytes: 1 }]);
    expect(stepOf(plan, "hard-link").groups).toEqual([]);
  });
  it("removes globs, keeps what --keep names, and warns of a glob that fits nothing", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const flags = ["--all", "--remove", "/opt/*", "--remove", "/nowhere/*", "--keep", "/opt/two.js", "--drop", "none"];
    const result = await runCli(["optimize", archive, ...flags, "-o", `docker-archive:${output}`]);
    expect(result.stdout).toMatch(/--remove \/nowhere\/\* matches no path/);
    const files = await filesIn(output);
    expect(Object.keys(files).filter((path) => path.startsWith("/opt/"))).toEqual(["/opt/two.js"]);
  });

  it("says that hiding a file of a kept layer saves nothing", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli(["optimize", archive, "--remove", "/usr/base", "-o", `docker-archive:${output}`]);
    expect(result.stdout).toMatch(/hides 1 path of kept layers/);
    expect((await filesIn(output))["/usr/base"]).toBeUndefined();
  });

  it("carries out a plan that was edited", async () => {
    const { dir, archive } = source();
    const planFile = join(dir, "plan.json");
    const output = join(dir, "out.tar");
    await runCli(["optimize", archive, "--all", "--plan", planFile]);
    const plan = JSON.parse(readFileSync(planFile, "utf8")) as Plan;
    const edited = { ...plan, steps: plan.steps.map((step) => ({ ...step, enabled: step.id === "merge" || step.id === "drop:docs" })) };
    writeFileSync(planFile, JSON.stringify(edited));
    const result = await runCli(["optimize", archive, "--apply", planFile, "-o", `docker-archive:${output}`]);
    expect(result.stderr).toBe("");
    const files = await filesIn(output);
    expect(files["/usr/share/doc/app/readme"]).toBeUndefined();
    expect(files["/var/lib/apt/lists/archive_Packages"]).toBeDefined();
  });

  it("scrubs secrets from environment and history, and says to rotate them", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli(["optimize", archive, "--all", "--scrub-secrets", "-o", `docker-archive:${output}`]);
    expect(result.stdout).toMatch(/rotate them/);
    expect(readFileSync(output).includes(secret)).toBe(false);
    expect(readFileSync(archive).includes(secret)).toBe(true);
  });

  it("fails and writes nothing when a secret would be left: in a kept layer", async () => {
    const dir = temporaryDirectory();
    const archive = join(dir, "app.tar");
    const key = [
      "-----BEGIN RSA PRIVATE KEY-----",
      ...Array.from({ length: 12 }, (_, row) => `MIIEow${row}kV7qZ2mXw9Tb4RcYLp0sD8fGh1jK3nM5vB6xC9aQwEr`),
      "-----END RSA PRIVATE KEY-----",
    ];
    const layers = [
      { content: [file("srv/app/id_rsa", `${key.join("\n")}\n`)], createdBy: "COPY . /srv/app" },
      { content: [file("b", "2")], createdBy: "COPY b /" },
    ];
    writeFileSync(archive, dockerArchive({ layers }, { shape: "25" }));
    const output = join(dir, "out.tar");
    const kept = await runCli(["optimize", archive, "--last", "1", "--scrub-secrets", "-o", output]);
    expect([kept.status, kept.stdout]).toEqual([3, ""]);
    expect(kept.stderr).toMatch(/^error: the scrubbed image would still hold .*\/srv\/app\/id_rsa.*: nothing was written$/m);
    expect(kept.stderr).toContain("merge them with --all");
    expect(readdirSync(dir)).toEqual(["app.tar"]);
    const scrubbed = await runCli(["optimize", archive, "--all", "--scrub-secrets", "--cmd", '["app", "/srv/app/id_rsa"]', "-o", output]);
    expect(scrubbed.status).toBe(0);
    // It goes, as it was asked for; but the image will miss it.
    expect(scrubbed.stdout).toContain(
      "--scrub-secrets removes /srv/app/id_rsa, which the image uses: --cmd names it; mount it at run time",
    );
    // What a person wants kept is no failure.
    expect((await runCli(["optimize", archive, "--all", "--scrub-secrets", "--keep", "id_rsa", "--force", "-o", output])).status).toBe(0);
  });

  it("masks an option inside another variable, and finds nothing in the result", async () => {
    const dir = temporaryDirectory();
    const archive = join(dir, "app.tar");
    const output = join(dir, "out.tar");
    const Env = [`APP_ARGS=--user=a --password=${secret} --port 1`, `JAVA_OPTS=-Xmx1g -Djavax.net.ssl.keyStorePassword=${secret}`];
    writeFileSync(archive, dockerArchive({ layers: [[file("a", "1")]], config: { Env } }, { shape: "25" }));
    const result = await runCli(["optimize", archive, "--scrub-secrets", "-o", output]);
    expect(result.stdout).toContain("note: masked in the environment: APP_ARGS, JAVA_OPTS");
    expect(readFileSync(output).includes(secret)).toBe(false);
    const report = JSON.parse((await runCli(["secrets", output, "--json"])).stdout) as { secrets: unknown[] };
    expect(report.secrets).toEqual([]);
  });

  it("rewrites each layer by itself with --no-merge, with its own history row", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli(["optimize", archive, "--all", "--no-merge", "-o", `docker-archive:${output}`]);
    expect(result.stdout).toMatch(/^layers +4 +4$/m);
    expect(result.stdout).toMatch(/^verified: \d+ paths$/m);
    const report = JSON.parse((await runCli(["analyze", output, "--json"])).stdout) as { layers: { createdBy: string }[] };
    expect(report.layers.map(({ createdBy }) => createdBy)).toEqual(["FROM base", "RUN apt-get update", "RUN touch", "COPY new /opt"]);
  });

  it("only recompresses layers that it need not rewrite, and keeps the image's ID", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const steps = ["--no-merge", "--drop", "none", "--no-hard-link"];
    await runCli(["optimize", archive, "--all", ...steps, "-o", `docker-archive:${output}`]);
    const idOf = async (path: string) => JSON.parse((await runCli(["analyze", path, "--json"])).stdout).image.configDigest as string;
    expect(await idOf(output)).toBe(await idOf(archive));
  });

  it("compresses a layer anew that somebody compressed with less effort, and keeps one that would grow", async () => {
    const dir = temporaryDirectory();
    const text = Array.from({ length: 4000 }, (_, index) => `line ${index * 7919} of ${index % 97}\n`).join("");
    const quick = tar([file("a", text)]);
    const small = tar([file("b", "b")]);
    const stored = [gzipSync(quick, { level: 1 }), gzipSync(small, { level: 9 })];
    const layers = [quick, small].map((content, index) => ({ content, compression: "gzip" as const, stored: stored[index]! }));
    const archive = join(dir, "app.tar");
    writeFileSync(archive, ociArchive([{ layers }]));
    const result = await runCli(["optimize", archive, "--all", "--no-merge", "-o", `oci:${join(dir, "out")}`]);
    expect(result.stdout).toMatch(/^compressed .* -\d/m);
    const blobs = readdirSync(join(dir, "out", "blobs", "sha256"));
    const digests = stored.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
    expect(digests.map((digest) => blobs.includes(digest))).toEqual([false, true]);
  });

  it("splits what the boundaries name into layers of their own", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli([
      "optimize",
      archive,
      "--all",
      "--split",
      "--boundary",
      "/opt",
      "--boundary",
      "/usr/share",
      "-o",
      `docker-archive:${output}`,
    ]);
    expect(result.stdout).toMatch(/^layers +4 +3$/m);
    expect(result.stdout).toMatch(/^verified: \d+ paths$/m);
    expect(result.stdout).toMatch(/no dpkg or apk database/);
    const report = JSON.parse((await runCli(["analyze", output, "--json"])).stdout) as { layers: { createdBy: string }[] };
    const names = report.layers.map(({ createdBy }) => /boundary \S+|everything else/.exec(createdBy)?.[0]);
    expect(names, "from the bottom, in the order of the flags").toEqual(["boundary /opt", "boundary /usr/share", "everything else"]);
  });

  it.each([
    ["a glob that fits everything", ["--remove", "*"], 2, /would remove everything/],
    ["a category that does not exist", ["--drop", "kernels"], 2, /kernels/],
    ["a glob without an end", ["--remove", "/a[b"], 2, /\[ without a \]/],
    ["--boundary without --split", ["--boundary", "/opt"], 2, /needs --split/],
    ["a plan that is not there", ["--apply", "no-such.json"], 2, /no-such\.json/],
  ])("refuses %s", async (_, flags, status, message) => {
    const { dir, archive } = source();
    const result = await runCli(["optimize", archive, "--all", ...flags, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(result.stderr).toMatch(message);
    expect(result.status).toBe(status);
    expect(readdirSync(dir)).toEqual(["app.tar"]);
  });

  it("refuses a plan made for another image, and one that is no plan", async () => {
    const { dir, archive } = source();
    const other = join(dir, "other.tar");
    writeFileSync(other, dockerArchive({ layers: [[file("a", "1")]] }, { shape: "25" }));
    const planFile = join(dir, "plan.json");
    await runCli(["optimize", other, "--all", "--plan", planFile]);
    const wrong = await runCli(["optimize", archive, "--apply", planFile, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(wrong.stderr).toMatch(/was made for/);
    expect(wrong.status).toBe(2);
    writeFileSync(planFile, '{"schemaVersion":1}');
    const broken = await runCli(["optimize", archive, "--apply", planFile, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(broken.stderr).toMatch(/image is missing/);
    expect(broken.status).toBe(2);
  });
});

describe("what the image uses", () => {
  const used: ImageFixture = {
    layers: [
      {
        content: [
          file("tmp/entry.sh", "#!/bin/sh\necho hi\n", { mode: 0o755 }),
          file("tmp/junk", "j".repeat(3000)),
          file("root/.cache/pypoetry/virtualenvs/app/bin/python", "ELF"),
          file("root/.cache/pypoetry/cache/x", "c".repeat(2000)),
          file("root/.m2/repository/a.jar", "m".repeat(2000)),
          file("data/one.js", "same".repeat(1000)),
          file("data/two.js", "same".repeat(1000)),
        ],
        createdBy: "RUN make",
      },
    ],
    config: { Entrypoint: ["/tmp/entry.sh"], Volumes: { "/data": {} } },
  };
  const usedSource = (): { dir: string; archive: string } => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, "app.tar"), dockerArchive(used, { shape: "25" }));
    return { dir, archive: join(dir, "app.tar") };
  };

  it("stays, and the plan says what and why", async () => {
    const { archive } = usedSource();
    const dry = await runCli(["optimize", archive, "--dry-run"]);
    expect(dry.stdout).toContain("drop:temp: 1 file, 3.00 kB; 1 file (18 B) stays, being in use");
    expect(dry.stdout).toContain("    kept /tmp/entry.sh: ENTRYPOINT names it");
    const plan = await planOf(archive);
    expect(stepOf(plan, "drop:temp")).toMatchObject({
      paths: [{ path: "/tmp/junk", bytes: 3000 }],
      kept: [{ path: "/tmp/entry.sh", why: "ENTRYPOINT names it", files: 1, bytes: 18 }],
    });
    expect(stepOf(plan, "drop:caches").paths).toEqual([{ path: "/root/.cache/pypoetry/cache/x", bytes: 2000 }]);
    expect(stepOf(plan, "drop:stores")).toMatchObject({ enabled: false, paths: [{ path: "/root/.m2/repository/a.jar", bytes: 2000 }] });
    expect(stepOf(plan, "hard-link")).toMatchObject({ groups: [], kept: [{ why: "it lies in a volume" }, { why: "it lies in a volume" }] });
  });

  it("is checked in the result", async () => {
    const { dir, archive } = usedSource();
    const result = await runCli(["optimize", archive, "-o", join(dir, "out.tar")]);
    expect(result.stdout).toMatch(/^verified: \d+ paths\nin use: [1-9]\d* paths that config, scripts and links name resolve as before$/m);
    const files = await filesIn(join(dir, "out.tar"));
    expect(files["/tmp/entry.sh"]).toBeDefined();
    expect(files["/tmp/junk"]).toBeUndefined();
  });

  it("is not dropped by a plan that a person edited: status 3, nothing written", async () => {
    const { dir, archive } = usedSource();
    const plan = await planOf(archive);
    const edited = {
      ...plan,
      steps: plan.steps.map((one) =>
        one.id === "drop:temp" ? { ...one, paths: [...one.paths, { path: "/tmp/entry.sh", bytes: 18 }] } : one,
      ),
    };
    writeFileSync(join(dir, "plan.json"), JSON.stringify(edited));
    const result = await runCli(["optimize", archive, "--apply", join(dir, "plan.json"), "-o", join(dir, "out.tar")]);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain("the plan drops /tmp/entry.sh, which the image uses: ENTRYPOINT names it");
    expect(readdirSync(dir).sort()).toEqual(["app.tar", "plan.json"]);
  });

  it.each<[what: string, id: string, edit: object, message: string]>([
    [
      "drops what CMD names",
      "drop:temp",
      { paths: [{ path: "/app/run", bytes: 2 }] },
      "the plan drops /app/run, which the image uses: CMD names it",
    ],
    [
      "drops a folder in which something is used",
      "drop:temp",
      { paths: [{ path: "/tmp/lib", bytes: 2 }] },
      "the plan drops /tmp/lib, which the image uses: /app/run names it",
    ],
    [
      "drops what is no leftover",
      "drop:temp",
      { paths: [{ path: "/app/other", bytes: 2 }] },
      "the plan's step drop:temp names /app/other, which does not fall under it",
    ],
    [
      "links files that differ",
      "hard-link",
      { groups: [{ bytes: 2, paths: ["/app/run", "/app/large"] }] },
      "the plan links /app/large with /app/run",
    ],
    [
      "links other content",
      "hard-link",
      { groups: [{ bytes: 2, paths: ["/app/same", "/app/other"] }] },
      "differs from the original: /app/other (content)",
    ],
  ])("refuses a plan that %s", async (_, id, edit, message) => {
    const dir = temporaryDirectory();
    const content = [
      file("app/run", "#!/bin/sh\n. /tmp/lib/a/x.sh\n", { mode: 0o755 }),
      file("app/other", "2\n", { mode: 0o755 }),
      file("app/large", "12\n", { mode: 0o755 }),
      file("tmp/junk", "1"),
      file("tmp/lib/a/x.sh", "1"),
      file("app/same", "1\n", { mode: 0o755 }),
    ];
    const archive = join(dir, "app.tar");
    writeFileSync(archive, dockerArchive({ layers: [{ content }], config: { Cmd: ["/app/run"] } }, { shape: "25" }));
    const plan = await planOf(archive);
    const steps = plan.steps.map((one) => (one.id === id ? { ...one, ...edit } : one));
    writeFileSync(join(dir, "plan.json"), JSON.stringify({ ...plan, steps }));
    const result = await runCli(["optimize", archive, "--apply", join(dir, "plan.json"), "-o", join(dir, "out.tar")]);
    expect(result.stderr).toContain(message);
    expect(readdirSync(dir).sort()).toEqual(["app.tar", "plan.json"]);
  });

  it("goes when a person names it, who is told", async () => {
    const { dir, archive } = usedSource();
    const result = await runCli(["optimize", archive, "--remove", "/tmp/entry.sh", "-o", join(dir, "out.tar")]);
    expect(result.status).toBe(0);
    expect(result.stdout).toContain("note: --remove takes /tmp/entry.sh, which the image uses: ENTRYPOINT names it");
  });

  it("counts with the entry point that the rewrite sets", async () => {
    const { archive } = usedSource();
    const plan = await planOf(archive, "--entrypoint", "/tmp/junk");
    expect(stepOf(plan, "drop:temp").paths).toEqual([]);
  });
});
