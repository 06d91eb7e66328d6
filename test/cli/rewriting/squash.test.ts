import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { dockerArchive, ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { readTar } from "../../helpers/bytes/read-tar.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, hardlink, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const content = "x".repeat(3000);
const app: ImageFixture = {
  layers: [
    { content: [directory("app"), file("app/old", content), file("app/same", "1")], createdBy: "FROM base" },
    { content: [file("app/new", content), whiteout("app/old")], createdBy: "RUN make" },
    { created: "2020-01-01T00:00:00Z", created_by: "CMD app", empty_layer: true },
    { content: [hardlink("app/link", "app/new"), file("app/same", "2")], createdBy: "RUN ln" },
  ],
  config: { Env: ["A=1", "B=2"], Labels: { keep: "yes" } },
  configOverrides: { created: "2020-01-01T00:00:00Z", "x-unknown": { deep: [1] } },
};

function source(image: ImageFixture = app): { dir: string; archive: string } {
  const dir = temporaryDirectory();
  const archive = join(dir, "app.tar");
  writeFileSync(archive, dockerArchive(image, { shape: "25" }));
  return { dir, archive };
}

/** What a docker-archive holds, by path. */
function filesOf(archive: Buffer): Map<string, Buffer> {
  const { entries, data } = readTar(archive);
  return new Map(entries.map(({ path }, index) => [path, data[index]!]));
}

interface WrittenConfig {
  readonly created: string;
  readonly config: unknown;
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
  readonly "x-unknown": unknown;
}

function configOf(archive: string): { json: WrittenConfig; layers: string[] } {
  const files = filesOf(readFileSync(archive));
  const [manifest] = JSON.parse(files.get("manifest.json")!.toString()) as [{ Config: string; Layers: string[] }];
  const text = files.get(manifest.Config)!.toString();
  return { json: JSON.parse(text) as WrittenConfig, layers: manifest.Layers };
}

describe("ballast squash", () => {
  it("merges all layers, proves it, and prints before and after", async () => {
    const { dir, archive } = source();
    const result = await runCli(["squash", archive, "--all", "-o", `docker-archive:${join(dir, "out.tar")}:app:slim`]);
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    expect(result.stdout).toMatch(/^layers +3 +1$/m);
    expect(result.stdout).toMatch(/^verified: 4 paths$/m);
    const { json, layers } = configOf(join(dir, "out.tar"));
    expect(layers).toHaveLength(1);
    expect(json.rootfs.diff_ids).toHaveLength(1);
    expect(
      JSON.parse(
        filesOf(readFileSync(join(dir, "out.tar")))
          .get("manifest.json")!
          .toString(),
      )[0].RepoTags,
    ).toEqual(["app:slim"]);
    expect(readdirSync(dir).sort()).toEqual(["app.tar", "out.tar"]);
  });

  it("keeps lower layers byte for byte, under the same digest", async () => {
    const { dir, archive } = source();
    const before = configOf(archive);
    await runCli(["squash", archive, "--last", "2", "-o", `docker-archive:${join(dir, "out.tar")}`]);
    const after = configOf(join(dir, "out.tar"));
    expect(after.layers).toHaveLength(2);
    expect(after.layers[0]).toBe(before.layers[0]);
    expect(after.json.rootfs.diff_ids[0]).toBe(before.json.rootfs.diff_ids[0]);
  });

  it.each([
    ["an index", ["--from", "1"]],
    ["part of the command", ["--from", "make"]],
  ])("finds the first layer to merge by %s", async (_, flags) => {
    const { dir, archive } = source();
    const result = await runCli(["squash", archive, ...flags, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(result.stdout).toMatch(/^layers +3 +2$/m);
  });

  it("writes the same bytes again, and to standard output", async () => {
    const { dir, archive } = source();
    for (const name of ["a.tar", "b.tar"]) await runCli(["squash", archive, "--all", "-o", `docker-archive:${join(dir, name)}`]);
    const piped = await runCli(["squash", archive, "--all", "-o", "-"]);
    expect(piped.stderr).toMatch(/^verified: 4 paths$/m);
    const first = readFileSync(join(dir, "a.tar"));
    expect(readFileSync(join(dir, "b.tar")).equals(first)).toBe(true);
    expect(piped.stdoutBytes.equals(first)).toBe(true);
  });

  it("keeps unknown config keys and the creation time", async () => {
    const dir = temporaryDirectory();
    const archive = join(dir, "app.tar");
    writeFileSync(archive, dockerArchive(app, { shape: "25" }));
    const result = await runCli(["squash", archive, "--all", "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(result.status).toBe(0);
    const { json } = configOf(join(dir, "out.tar"));
    expect(json["x-unknown"]).toEqual({ deep: [1] });
    expect(json.created).toBe("2020-01-01T00:00:00Z");
  });

  it.each([
    ["keep", ["FROM base", "RUN make", "CMD app", "RUN ln", "ballast squash"]],
    ["collapse", ["ballast squash"]],
  ])("with --history %s leaves one row that stands for the layer", async (mode, rows) => {
    const { dir, archive } = source();
    await runCli(["squash", archive, "--all", "--history", mode, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    const history = configOf(join(dir, "out.tar")).json.history;
    expect(history.map((row) => row.created_by.replace(/:.*/, ""))).toEqual(rows);
    expect(history.filter((row) => row.empty_layer !== true)).toHaveLength(1);
    expect(history.at(-1)!.created_by).toMatch(/merged layers 0 to 2/);
  });

  it("edits the config on the way", async () => {
    const { dir, archive } = source();
    const edits = [
      "--set-env",
      "A=9",
      "--set-env",
      "C=3",
      "--unset-env",
      "B",
      "--label",
      "new=1",
      "--label",
      "keep=",
      "--user",
      "app",
      "--workdir",
      "/app",
    ];
    const words = ["--entrypoint", '["/app/run","-x"]', "--cmd", "serve"];
    await runCli(["squash", archive, "--all", ...edits, ...words, "-o", `docker-archive:${join(dir, "out.tar")}`]);
    expect(configOf(join(dir, "out.tar")).json.config).toEqual({
      Env: ["A=9", "C=3"],
      Labels: { new: "1" },
      User: "app",
      WorkingDir: "/app",
      Entrypoint: ["/app/run", "-x"],
      Cmd: ["serve"],
    });
  });

  it("clamps times to SOURCE_DATE_EPOCH", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    const result = await runCli(["squash", archive, "--all", "--compression", "none", "-o", `docker-archive:${output}`], {
      env: { SOURCE_DATE_EPOCH: "1000" },
    });
    expect(result.stdout).toMatch(/^verified: 4 paths$/m);
    const { json, layers } = configOf(output);
    expect(json.created).toBe("1970-01-01T00:16:40Z");
    const merged = readTar(filesOf(readFileSync(output)).get(layers[0]!)!);
    expect(merged.entries.every(({ mtimeSeconds }) => mtimeSeconds <= 1000)).toBe(true);
  });

  it("prints the plan without writing anything with --dry-run", async () => {
    const { dir, archive } = source();
    const result = await runCli(["squash", archive, "--all", "--dry-run"]);
    expect(result.status).toBe(0);
    expect(result.stdout).toMatch(/\[x\] +merge 3 layers into one/);
    expect(result.stdout).toMatch(/nothing was written/);
    expect(readdirSync(dir)).toEqual(["app.tar"]);
  });

  it("says so when it does not compare", async () => {
    const { dir, archive } = source();
    const result = await runCli(["squash", archive, "--all", "--no-verify", "-o", `oci:${join(dir, "out")}`]);
    expect(result.stdout).toMatch(/^verified: no \(--no-verify\)/m);
  });

  it("keeps what the index says of its images together, which got lost, but for the base that is merged", async () => {
    const dir = temporaryDirectory();
    const images = ["linux/amd64", "linux/arm64"].map((platform): ImageFixture => ({ ...app, platform, tags: ["app:v1"] }));
    const annotations = { "org.opencontainers.image.title": "both", "org.opencontainers.image.base.name": "debian" };
    writeFiles(join(dir, "multi"), ociLayout(images, { nested: 1, indexSays: { annotations } }));
    await runCli(["squash", `oci:${join(dir, "multi")}`, "--all", "--all-platforms", "-o", `oci:${join(dir, "out")}`]);
    const top = JSON.parse(readFileSync(join(dir, "out/index.json"), "utf8")) as { manifests: { digest: string }[] };
    const index = JSON.parse(readFileSync(join(dir, "out/blobs", top.manifests[0]!.digest.replace(":", "/")), "utf8"));
    expect(index.annotations).toEqual({ "org.opencontainers.image.title": "both" });
  });

  it("rewrites every platform of an index", async () => {
    const dir = temporaryDirectory();
    const images = ["linux/amd64", "linux/arm64"].map((platform): ImageFixture => ({ ...app, platform }));
    writeFiles(join(dir, "multi"), ociLayout(images));
    const result = await runCli(["squash", `oci:${join(dir, "multi")}`, "--all", "--all-platforms", "-o", `oci:${join(dir, "out")}`]);
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/^verified: 8 paths$/m);
    const top = JSON.parse(readFileSync(join(dir, "out/index.json"), "utf8")) as { manifests: { digest: string }[] };
    const index = JSON.parse(readFileSync(join(dir, "out/blobs", top.manifests[0]!.digest.replace(":", "/")), "utf8"));
    expect(index.manifests.map((entry: { platform: { architecture: string } }) => entry.platform.architecture).sort()).toEqual([
      "amd64",
      "arm64",
    ]);
  });
});

describe("ballast squash refuses", () => {
  it.each([
    ["no destination", ["--all"], 2, /where to write/],
    ["an unknown layer", ["--from", "9", "-o", "oci:OUT"], 2, /layer/],
    ["a range that leaves nothing", ["--last", "0", "-o", "oci:OUT"], 2, /out of range/],
    ["a range that is not a number", ["--last", "x", "-o", "oci:OUT"], 2, /--last takes the number of layers to merge, 1 to/],
    ["two ranges at once", ["--all", "--last", "1", "-o", "oci:OUT"], 2, /exclude each other/],
    ["a place it does not know", ["--all", "-o", "ftp:OUT"], 2, /not a place an image can be written to/],
    ["an unknown compression", ["--all", "--compression", "lz4", "-o", "oci:OUT"], 2, /lz4/],
    ["a level that does not exist", ["--all", "--compression", "gzip:99", "-o", "oci:OUT"], 2, /levels 1 to 9/],
    ["zstd in a Docker manifest", ["--all", "--compression", "zstd", "--manifest", "docker", "-o", "oci:OUT"], 2, /cannot hold zstd/],
    ["a directory that is not there", ["--all", "-o", "docker-archive:OUT/no/such.tar"], 3, /directory does not exist/],
    ["a destination that exists", ["--all", "-o", "docker-archive:APP"], 3, /exists/],
    ["a base that is not known", ["--keep-base", "-o", "oci:OUT"], 2, /base/],
  ])("%s", async (_, flags, status, message) => {
    const { dir, archive } = source({ ...app, configOverrides: { history: [] } });
    const result = await runCli(["squash", archive, ...flags.map((flag) => flag.replace("OUT", join(dir, "out")).replace("APP", archive))]);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toMatch(/^hint: /m);
    expect(result.stderr).not.toMatch(/\bat .*\.js/);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe("");
    expect(readdirSync(dir)).toEqual(["app.tar"]);
  });

  it("to overwrite without --force, and overwrites with it", async () => {
    const { dir, archive } = source();
    const output = join(dir, "out.tar");
    writeFileSync(output, "precious");
    const refused = await runCli(["squash", archive, "--all", "-o", `docker-archive:${output}`]);
    expect(refused.status).toBe(3);
    expect(readFileSync(output, "utf8")).toBe("precious");
    expect((await runCli(["squash", archive, "--all", "-o", `docker-archive:${output}`, "--force"])).status).toBe(0);
    expect(configOf(output).layers).toHaveLength(1);
  });

  it("a foreign layer in the range, and an encrypted one", async () => {
    for (const mediaType of [
      "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      "application/vnd.oci.image.layer.nondistributable.v1.tar",
    ]) {
      const dir = temporaryDirectory();
      const layers = [
        { content: [file("a")], compression: mediaType.endsWith("gzip") ? ("gzip" as const) : ("none" as const), mediaType },
        [file("b")],
      ];
      writeFiles(join(dir, "app"), ociLayout([{ layers }]));
      const result = await runCli(["squash", `oci:${join(dir, "app")}`, "--all", "-o", `oci:${join(dir, "out")}`]);
      expect(result.stderr).toMatch(/layer 0 is foreign/);
      expect(result.status).toBe(3);
      expect(existsSync(join(dir, "out"))).toBe(false);
    }
  });

  it("to leave anything behind when it is interrupted", async () => {
    const { dir, archive } = source({ layers: [[file("big", Buffer.alloc(60_000_000, 7))]] });
    const result = await runCli(["squash", archive, "--all", "--compression", "gzip:9", "-o", `docker-archive:${join(dir, "out.tar")}`], {
      interrupt: ["SIGTERM", 700],
    });
    if (result.status !== 0) expect(result.status).toBe(143);
    expect(readdirSync(dir).filter((name) => name !== "out.tar")).toEqual(["app.tar"]);
  });
});
