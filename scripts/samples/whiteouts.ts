/** Every cause of waste and every kind of removal, one a layer and nothing else. */
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { directory, file, hardlink, opaque, symlink, whiteout } from "../../test/helpers/tar-fixture.ts";
import { binary } from "./content.ts";
import { base, run, createdWithTheLastLayer } from "./dockerfile.ts";

const block = (name: string): Buffer => binary(name, 10_000);

export const whiteouts: ImageFixture = {
  configOverrides: createdWithTheLastLayer,
  tags: ["whiteouts:latest"],
  config: { Cmd: ["sh"] },
  layers: [
    base([
      directory("data"),
      file("data/removed", block("removed")),
      file("data/overwritten", block("overwritten")),
      file("data/metadata", block("metadata")),
      file("data/identical", block("identical")),
      file("data/linked", block("linked")),
      hardlink("data/linked-too", "data/linked"),
      directory("data/directory"),
      file("data/directory/inside", block("inside")),
      directory("data/opaque"),
      file("data/opaque/old", block("old")),
      file("data/becomes-directory", block("becomes-directory")),
      file("data/comes-back", block("comes-back")),
      symlink("current", "data"),
    ]),
    run("rm /data/removed", [whiteout("data/removed")]),
    run("make overwritten", [file("data/overwritten", block("overwritten again"))]),
    run("chmod 600 /data/metadata", [file("data/metadata", block("metadata"), { mode: 0o600 })]),
    run("cp -p identical /data/", [file("data/identical", block("identical"))]),
    run("rm /data/linked", [whiteout("data/linked")]),
    run("rm -r /data/directory", [whiteout("data/directory")]),
    run("rm -r /data/opaque && mkdir /data/opaque && touch /data/opaque/new", [
      directory("data/opaque"),
      opaque("data/opaque"),
      file("data/opaque/new"),
    ]),
    run("rm /data/becomes-directory && mkdir /data/becomes-directory", [directory("data/becomes-directory")]),
    run("rm /data/comes-back", [whiteout("data/comes-back")]),
    run("restore /data/comes-back", [file("data/comes-back", block("comes-back"))]),
  ],
};
