/** Stores that podman and buildah wrote, read without them, against what skopeo makes of the same. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { describeComponents } from "../../helpers/components/available.ts";
import { run } from "../../helpers/components/run.ts";
import { removeDaemonDirectory } from "../../helpers/components/unmount.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, hardlink, opaque, symlink, whiteout } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory } from "../../helpers/temp-dir.ts";

/** What differs between the two forms of one image: where it lies. */
async function reportOf(name: string): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await runCli(["analyze", "--json", "--files", "--no-cache", name]);
  expect(status, stderr).toBe(0);
  const report = JSON.parse(stdout) as { image: Record<string, unknown>; layers: Record<string, unknown>[] };
  return {
    ...report,
    image: { ...report.image, reference: null, transport: null },
    layers: report.layers.map((layer) => ({ ...layer, mediaType: null })),
  };
}

describeComponents(["podman", "buildah", "skopeo"], "containers-storage", () => {
  const scratch = makeTemporaryDirectory();
  const archive = join(scratch, "app.tar");
  const stores = { vfs: join(scratch, "vfs"), overlay: join(scratch, "overlay") };
  const flags = (driver: keyof typeof stores): string[] => [
    "--root",
    stores[driver],
    "--runroot",
    join(scratch, `run-${driver}`),
    "--storage-driver",
    driver,
  ];
  const named = (driver: keyof typeof stores, name: string): string => `containers-storage:[${driver}@${stores[driver]}]${name}`;

  beforeAll(async () => {
    writeFileSync(
      archive,
      dockerArchive([
        {
          tags: ["team/app:1"],
          layers: [
            [
              directory("etc"),
              directory("opt"),
              file("opt/gone", "x"),
              file("etc/passwd", "root:x:0:0::/:/bin/sh\n", { uid: 5, mtime: 1_600_000_000 }),
              file("etc/big", Buffer.alloc(3_000_000, "ballast")),
              hardlink("etc/linked", "etc/big"),
              symlink("bin", "/etc"),
              file("caf\u00e9", "\u00fc"),
              file("empty", ""),
            ],
            [whiteout("etc/big"), directory("opt"), opaque("opt"), file("opt/new", "y"), file("bin2/x", "z")],
          ],
        },
      ]),
    );
    for (const driver of ["vfs", "overlay"] as const) await run("podman", [...flags(driver), "load", "-i", archive]);
  }, 120_000);
  afterAll(() => removeDaemonDirectory(scratch));

  it.each(["vfs", "overlay"] as const)("%s: the report is that of skopeo's docker-archive", async (driver) => {
    const copied = join(scratch, `${driver}.tar`);
    const source = `containers-storage:[${driver}@${stores[driver]}+${scratch}/run-${driver}]docker.io/team/app:1`;
    await run("skopeo", ["copy", "--insecure-policy", source, `docker-archive:${copied}:team/app:1`]);
    expect(await reportOf(named(driver, "team/app:1"))).toEqual(await reportOf(copied));
  });

  it("overlay: what buildah built here is found by its short name, by its ID and by the beginning of that", async () => {
    const container = (await run("buildah", [...flags("overlay"), "from", "--pull-never", "team/app:1"])).toString().trim();
    await run("buildah", [...flags("overlay"), "copy", container, archive, "/app.tar"]);
    const id = (await run("buildah", [...flags("overlay"), "commit", "-q", container, "built"])).toString().trim();
    const report = await reportOf(named("overlay", "built"));
    expect(report["layers"]).toHaveLength(3);
    for (const name of [id, id.slice(0, 8), "localhost/built:latest"]) expect(await reportOf(named("overlay", name))).toEqual(report);
  });

  it("overlay: a file that was changed by hand is told", async () => {
    const layers = JSON.parse((await run("cat", [join(stores.overlay, "overlay-layers/layers.json")])).toString()) as {
      id: string;
      parent?: string;
    }[];
    const bottom = layers.find(({ parent }) => parent === undefined)!.id;
    const passwd = join(stores.overlay, "overlay", bottom, "diff/etc/passwd");
    const content = await run("cat", [passwd]);
    writeFileSync(passwd, content.toString().replace("root", "toor"));
    const { status, stderr } = await runCli(["analyze", named("overlay", "team/app:1")]);
    writeFileSync(passwd, content);
    expect(status).toBe(3);
    expect(stderr).toContain("the diff ID should be");
  });

  it("a squashed copy is verified and has the same files", async () => {
    const slim = join(scratch, "slim.tar");
    const { status, stderr, stdout } = await runCli(["squash", named("vfs", "team/app:1"), "--output", `docker-archive:${slim}`]);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("verified");
    expect((await reportOf(slim))["layers"]).toHaveLength(1);
  });

  it("overlay without tar-split: the files are shown with a warning, and not written again", async () => {
    const layers = JSON.parse((await run("cat", [join(stores.overlay, "overlay-layers/layers.json")])).toString()) as { id: string }[];
    for (const { id } of layers) rmSync(join(stores.overlay, "overlay-layers", `${id}.tar-split.gz`), { force: true });
    const { status, stdout, stderr } = await runCli(["analyze", "--json", "--files", named("overlay", "team/app:1")]);
    expect(status, stderr).toBe(0);
    const { files, warnings, image } = JSON.parse(stdout) as {
      files: { path: string; bytes: number }[];
      warnings: { code: string }[];
      image: { verified: boolean };
    };
    expect(warnings.map(({ code }) => code)).toContain("layer-remade");
    expect(image.verified).toBe(false);
    expect(files.map(({ path }) => path)).not.toContain("/etc/big");
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["/etc/passwd", "/opt/new", "/caf\u00e9"]));
    const written = await runCli(["squash", named("overlay", "team/app:1"), "--output", join(scratch, "never.tar")]);
    expect(written.status).toBe(3);
    expect(written.stderr).toContain("not written again");
  });

  it("vfs: a layer that cannot be told from those below it is refused", async () => {
    const layers = JSON.parse((await run("cat", [join(stores.vfs, "vfs-layers/layers.json")])).toString()) as { id: string }[];
    for (const { id } of layers) rmSync(join(stores.vfs, "vfs-layers", `${id}.tar-split.gz`), { force: true });
    const { status, stderr } = await runCli(["analyze", named("vfs", "team/app:1")]);
    expect(status).toBe(3);
    expect(stderr).toContain("cannot be reconstructed from the layers below it");
  });
});
