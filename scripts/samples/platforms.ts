/** Two platforms, with a gzip, a zstd and an uncompressed layer each, and the provenance BuildKit adds. */
import type { ImageFixture } from "../../test/helpers/image-fixture.ts";
import { directory, file } from "../../test/helpers/tar-fixture.ts";
import { binary, prose } from "./content.ts";
import { base, copy, run, setting, createdWithTheLastLayer } from "./dockerfile.ts";

function forPlatform(platform: string): ImageFixture {
  return {
    platform,
    configOverrides: createdWithTheLastLayer,
    tags: ["platforms:latest"],
    config: { Cmd: ["/usr/bin/tool"] },
    layers: [
      base([directory("usr/bin"), file("usr/bin/tool", binary(platform, 20_000), { mode: 0o755 })], "gzip"),
      run(
        "install-docs",
        [file("usr/share/doc/tool/README", prose("tool", 30_000)), file("var/tmp/zeros", Buffer.alloc(200_000))],
        [],
        "zstd",
      ),
      copy("config /etc/tool.conf", [file("etc/tool.conf", `platform = ${platform}\n`)], "none"),
      setting('CMD ["/usr/bin/tool"]'),
    ],
  };
}

export const platforms: readonly ImageFixture[] = ["linux/amd64", "linux/arm64/v8"].map((platform) => forPlatform(platform));
