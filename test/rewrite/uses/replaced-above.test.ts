/** A file that a package brought and a later layer replaced or edited is the image's own: what it names stays. */
import { expect, it } from "vitest";

import { findUses } from "../../../src/rewrite/uses/find-uses.ts";
import { noConfigEdits } from "../../../src/rewrite/plan/plan.ts";
import { memoryImage } from "../../helpers/image/memory-image.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { readLayers } from "../../helpers/trees/tree-lines.ts";

const status = "Package: start\nStatus: install ok installed\nArchitecture: all\nVersion: 1\nMaintainer: x\nDescription: x\n\n";
const script = (body: string) => file("usr/bin/start", `#!/bin/sh\n${body}\n`, { mode: 0o755 });
const packaged = (body: string) => [
  file("var/lib/dpkg/status", status),
  file("var/lib/dpkg/info/start.list", "/.\n/usr\n/usr/bin\n/usr/bin/start\n"),
  script(body),
];

it.each([
  ["replaced by another layer", [packaged("exec true"), [script("exec /tmp/app/run")]], true],
  ["installed as it is: a package knows nothing of the image's own folders", [packaged("exec /tmp/app/run")], false],
  ["installed by a later layer", [packaged("exec true"), packaged("exec /tmp/app/run")], false],
])("%s", async (_, entries, stays) => {
  const layers = [...entries, [file("tmp/app/run", "1")]].map((items) => tar(items));
  const { tree } = readLayers(layers);
  const uses = await findUses({ image: memoryImage(layers), tree, edits: noConfigEdits });
  expect(uses.keptBy(tree.lookup("tmp/app/run")!) !== null).toBe(stays);
});
