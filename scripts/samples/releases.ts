/** Two releases of one application on one base, for `ballast diff` and `ballast check --baseline`. */
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { directory, file, whiteout } from "../../test/helpers/tar-fixture.ts";
import { binary, prose } from "./content.ts";
import { base, baseCommand, copy, run, setting, createdWithTheLastLayer } from "./dockerfile.ts";
import { rootfs } from "./rootfs.ts";

export const release1: ImageFixture = {
  configOverrides: createdWithTheLastLayer,
  tags: ["app:1"],
  config: { Env: ["APP_VERSION=1"], Cmd: ["/app/server"] },
  layers: [
    base(rootfs(), "gzip"),
    baseCommand("bash"),
    copy(
      "app/ /app/",
      [
        directory("app"),
        file("app/server", binary("server 1", 30_000), { mode: 0o755 }),
        file("app/config.yaml", "listen: 8080\nworkers: 4\n"),
        file("app/help.txt", prose("help", 3_000)),
      ],
      "gzip",
    ),
    setting("ENV APP_VERSION=1"),
  ],
};

export const release2: ImageFixture = {
  configOverrides: createdWithTheLastLayer,
  tags: ["app:2"],
  config: { Env: ["APP_VERSION=2"], Cmd: ["/app/server"], User: "www-data" },
  layers: [
    base(rootfs(), "gzip"),
    baseCommand("bash"),
    copy(
      "app/ /app/",
      [
        directory("app"),
        file("app/server", binary("server 2", 55_000), { mode: 0o755 }),
        file("app/config.yaml", "listen: 8443\nworkers: 4\ntls: true\n"),
        file("app/help.txt", prose("help", 3_000)),
        file("app/debug.log", prose("log", 25_000)),
      ],
      "gzip",
    ),
    run("rm /app/debug.log", [whiteout("app/debug.log")], [], "gzip"),
    setting("ENV APP_VERSION=2"),
    setting("USER www-data"),
  ],
};
