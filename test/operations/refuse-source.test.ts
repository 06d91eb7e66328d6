/** A file that a report, an export or an archive would take the place of: whether the image is read from it. */
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { isSourceFile } from "../../src/operations/refuse-source.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

const digest = "a".repeat(64);

function place(): string {
  const directory = temporaryDirectory();
  for (const folder of ["layout/blobs/sha256", "skopeo"]) mkdirSync(join(directory, folder), { recursive: true });
  for (const name of ["app.tar.gz", "last.json", "layout/index.json", "layout/oci-layout", "layout/report.json", "skopeo/manifest.json"])
    writeFileSync(join(directory, name), "");
  for (const name of [`layout/blobs/sha256/${digest}`, `skopeo/${digest}`, "skopeo/version"]) writeFileSync(join(directory, name), "");
  linkSync(join(directory, "app.tar.gz"), join(directory, "hard"));
  symlinkSync("layout/index.json", join(directory, "soft"));
  symlinkSync("layout", join(directory, "other"));
  return directory;
}

it.each([
  // A packed archive is read through a file of its own: the layers do not lie in the one that was named.
  ["app.tar.gz", "app.tar.gz"],
  ["docker-archive:app.tar.gz", "app.tar.gz"],
  ["docker-archive:app.tar.gz:shop:1.4.0", "app.tar.gz"],
  ["app.tar.gz", "hard"],
  ["oci:layout", "layout/index.json"],
  ["oci:layout:shop", "soft"],
  [`oci:layout@sha256:${digest}`, "layout/oci-layout"],
  ["layout", `layout/blobs/sha256/${digest}`],
  ["oci:other", `layout/blobs/sha256/${digest}`],
  ["dir:skopeo", "skopeo/version"],
  ["dir:skopeo", `skopeo/${digest}`],
])("%s is read from %s", async (name, path) => {
  const directory = place();
  const [, transport = "", rest = name] = /^([a-z-]+:)?(.*)$/.exec(name) ?? [];
  expect(await isSourceFile(join(directory, path), [`${transport}${join(directory, rest)}`])).toBe(true);
});

it.each([
  ["app.tar.gz", "last.json"],
  ["oci:layout", "layout/report.json"],
  ["oci:layout", "app.tar.gz"],
  ["oci:layout", "layout/blobs/sha256/new"],
  ["docker://registry.example/app", "last.json"],
  ["", "last.json"],
])("%s is not read from %s", async (name, path) => {
  const directory = place();
  const [, transport = "", rest = name] = /^([a-z-]+:)?(.*)$/.exec(name) ?? [];
  expect(await isSourceFile(join(directory, path), [transport === "docker:" ? name : `${transport}${join(directory, rest)}`])).toBe(false);
});
