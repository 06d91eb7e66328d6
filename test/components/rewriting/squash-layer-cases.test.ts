import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { caseTar } from "../../helpers/trees/case-tar.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { removeDaemonDirectory } from "../../helpers/components/unmount.ts";
import { run } from "../../helpers/components/run.ts";
import { diskLines, withoutXattrs } from "../../helpers/disk/disk-lines.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import { layerCases } from "../../helpers/trees/layer-cases.ts";
import { squashForTest } from "../../helpers/image/squash-for-test.ts";
import { makeTemporaryDirectory } from "../../helpers/temp-dir.ts";

let directory: string;
beforeAll(() => {
  directory = makeTemporaryDirectory();
  writeFileSync(join(directory, "policy.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');
});
afterAll(() => removeDaemonDirectory(directory), 60_000);

/** Every case, all layers merged; where there are several, the last one alone too. */
const squashes = layerCases.flatMap(({ name, layers, expected }) => {
  const keeps = layers.length > 1 ? [0, layers.length - 1] : [0];
  return keeps.map((keep) => ({ name, layers, expected, keep }));
});

async function squashed(name: string, layers: (typeof squashes)[number]["layers"], keep: number): Promise<string> {
  const source = join(directory, `${name}-${keep}.tar`);
  const target = join(directory, `${name}-${keep}`);
  writeFileSync(source, dockerArchive({ layers: layers.map((entries) => ({ content: caseTar(entries) })) }, { shape: "1.10" }));
  await squashForTest(source, keep, `oci:${target}:x`);
  return target;
}

/** What buildah's engines cannot hold, whoever wrote the layer: times before 1970; vfs copies all but files without their links. */
const limits: Readonly<Record<"vfs" | "overlay", readonly string[]>> = {
  vfs: ["mtime-negative", "hl-to-symlink", "hl-to-device"],
  overlay: ["mtime-negative"],
};

/** BALLAST_ALL_CASES=1 judges every case by both of buildah's engines; else a few, since each takes a second. */
const named =
  /^(?:wh-(?:before|after)-dir|wh-inner-name|opq-implied-parent|hl-(?:target-replaced|to-symlink|across-then-deleted)|dir-file-dir|via-symlink|name-1000)$/;
const forBuildah = layerCases
  .filter(({ name }) => process.env["BALLAST_ALL_CASES"] === "1" || named.test(name))
  .flatMap(({ name, layers, expected }) => (["vfs", "overlay"] as const).map((driver) => ({ name, layers, expected, driver })))
  .filter(({ name, driver }) => !limits[driver].includes(name));

/** Cases whose kept layer, as its builder wrote it, umoci and buildah refuse: the rewritten one above cannot help that. */
const badBelow: ReadonlySet<string> = new Set(["sparse-old-gnu", "sparse-linked", "type-contiguous"]);

describeComponents(["umoci"], "umoci reads squashed layer cases as the specification says", () => {
  it.each(squashes.filter(({ name, keep }) => keep === 0 || !badBelow.has(name)))(
    "$name with $keep layers kept",
    async ({ name, layers, expected, keep }) => {
      const layout = await squashed(name, layers, keep);
      const root = join(directory, `${name}-${keep}-root`);
      await run("umoci", ["raw", "unpack", "--image", `${layout}:x`, root]);
      expect(diskLines(root)).toEqual(withoutXattrs(expected));
    },
  );
});

describeComponents(["buildah"], "buildah reads squashed layer cases as the specification says", () => {
  it.each(forBuildah)("$name in $driver", { timeout: 120_000 }, async ({ name, layers, expected, driver }) => {
    const layout = await squashed(`${driver}-${name}`, layers, 0);
    const store = ["--root", join(directory, `${driver}-store`), "--runroot", join(directory, `${driver}-run`), "--storage-driver", driver];
    const container = (await run("buildah", [...store, "from", "--signature-policy", join(directory, "policy.json"), `oci:${layout}:x`]))
      .toString()
      .trim();
    const root = (await run("buildah", [...store, "mount", container])).toString().trim();
    const lines = diskLines(root);
    await run("buildah", [...store, "umount", container]);
    expect(lines).toEqual(withoutXattrs(expected));
  });
});
