/** Who installs, or looks something up, from what a package manager fetched once keeps it; a COPY that was merged still says what it put there. */
import { describe, expect, it } from "vitest";

import { findUses } from "../../../src/rewrite/uses/find-uses.ts";
import { noConfigEdits } from "../../../src/rewrite/plan/plan.ts";
import { keptAndDropped } from "../../helpers/image/uses.ts";
import { memoryImage } from "../../helpers/image/memory-image.ts";
import { file, tar } from "../../helpers/tar-fixture.ts";
import { readLayers } from "../../helpers/trees/tree-lines.ts";

const lists = "var/lib/apt/lists/deb";
const gem = "usr/local/bundle/cache/a-1.gem";
const apk = "var/cache/apk/index";

describe("a start script that calls", () => {
  it.each([
    ["apt-get download foo", lists, true],
    ["V=$(apt-cache policy foo)", lists, true],
    ["apt-get update && apt-get upgrade -y", lists, false],
    ["echo apt upgrade it yourself", lists, false],
    ["gem pristine --all", gem, true],
    ["bundle install --local", gem, true],
    ["bundle exec rails server", gem, false],
    ["apk fetch foo", apk, true],
  ])("%s (%s stays: %s)", async (command, path, stays) => {
    const { kept } = await keptAndDropped({ files: { "entry.sh": `#!/bin/sh\n${command}\n`, [path]: "1" } });
    expect(Object.keys(kept)).toEqual(stays ? [`/${path}`] : []);
  });

  it("nothing: the description of a unit is no call", async () => {
    const unit = "[Unit]\nDescription=Daily apt upgrade and clean activities\n";
    expect((await keptAndDropped({ files: { "usr/lib/systemd/system/a.service": unit, [lists]: "1" } })).kept).toEqual({});
  });
});

it("what COPY put into /tmp stays when its layer has been merged: the row of the history is left", async () => {
  const layers = [tar([file("tmp/model.bin", "1"), file("tmp/junk.o", "1")])];
  const history = [
    { created_by: "COPY model.bin /tmp/ # buildkit", empty_layer: true },
    { created_by: "ballast squash: merged layers 0 to 1" },
  ];
  const { tree } = readLayers(layers);
  const uses = await findUses({ image: memoryImage(layers, { history }), tree, edits: noConfigEdits });
  expect(uses.keptBy(tree.lookup("tmp/model.bin")!)?.why).toBe("COPY in the history names it");
  expect(uses.keptBy(tree.lookup("tmp/junk.o")!)).toBe(null);
});
