/** Well-formed images to begin with: what is mutated must have been worth reading. */
import type { ImageFixture, LayerFixture } from "../../test/helpers/image-fixture.ts";
import {
  characterDevice,
  directory,
  fifo,
  file,
  hardlink,
  opaque,
  paxGlobal,
  rawPax,
  sparseFile,
  symlink,
  whiteout,
} from "../../test/helpers/tar-fixture.ts";
import type { FixtureItem } from "../../test/helpers/tar-fixture.ts";
import { hostileText } from "./mutate.ts";
import type { Random } from "./random.ts";

const parts = [
  "a",
  "b",
  "bin",
  "etc",
  "usr",
  "lib",
  "..",
  ".",
  "",
  "é",
  "long".repeat(40),
  ".wh.a",
  ".wh..wh..opq",
  ".wh.",
  ".wh..wh.plnk",
];

function path(random: Random): string {
  if (random.oneIn(30)) return hostileText(random).slice(0, 2000);
  return Array.from({ length: 1 + random.below(4) }, () => (random.oneIn(6) ? random.of(parts) : random.of(parts.slice(0, 6)))).join("/");
}

export function entry(random: Random): FixtureItem {
  const name = path(random);
  const attributes = {
    mode: random.oneIn(4) ? random.below(0o10000) : 0o644,
    uid: random.oneIn(6) ? random.of([1, 65_534, 2 ** 31, 2 ** 40]) : 0,
    mtime: random.oneIn(6) ? random.of([-1, 0.5, 2 ** 40, 0]) : 1_000_000_000,
    ...(random.oneIn(6) && { format: random.of(["gnu", "v7", "pax"] as const) }),
    ...(random.oneIn(60) && { claimedSize: random.of([1, 511, 513, 2 ** 33, 2 ** 53]) }),
    ...(random.oneIn(12) && { xattrs: { "security.capability": random.bytes(20), "user.\u001b": "x" } }),
    ...(random.oneIn(50) && { pax: [[random.of(["path", "size", "linkpath", "mtime", "GNU.sparse.map"]), hostileText(random)] as const] }),
  };
  switch (random.below(14)) {
    case 0:
      return directory(name, attributes);
    case 1:
      return symlink(name, path(random), attributes);
    case 2:
      return hardlink(name, path(random), attributes);
    case 3:
      return whiteout(name);
    case 4:
      return opaque(name);
    case 5:
      return random.oneIn(2) ? fifo(name) : characterDevice(name, random.below(3), random.below(3));
    case 6: {
      const form = random.of(["gnu", "pax-0.0", "pax-0.1", "pax-1.0"] as const);
      const segments = random.times(30, (index) => ({ offset: index * 4096, data: Buffer.alloc(512, 65) }));
      return sparseFile(name, {
        form,
        size: random.oneIn(8) ? 0 : segments.length * 4096 + random.of([0, 200_000, 2 ** 30, 2 ** 40]),
        segments,
      });
    }
    case 7:
      if (random.oneIn(8)) return rawPax(`${random.below(99)} ${hostileText(random)}\n`);
      return paxGlobal([[random.of(["comment", "mtime", "uname"]), random.oneIn(8) ? hostileText(random) : "1"]]);
    default:
      return file(name, random.oneIn(5) ? `password = "${hostileText(random)}"\n` : "x".repeat(random.below(3000)), attributes);
  }
}

/** A few layers of entries that overwrite, link, hide and remove one another's. */
export function randomLayers(random: Random): LayerFixture[] {
  return Array.from({ length: 1 + random.below(4) }, () => ({
    content: random.times(14, () => entry(random)),
    compression: random.of(["none", "gzip", "zstd"] as const),
    createdBy: random.oneIn(3) ? `RUN export TOKEN=${hostileText(random)} && ${hostileText(random)}` : "RUN make",
  }));
}

/** An image in which every kind of document and of key is there to be mutated. */
export function richImage(layers: ImageFixture["layers"]): ImageFixture {
  return {
    layers: [...layers, { created_by: 'CMD ["/bin/sh"]', comment: "buildkit.dockerfile.v0", author: "me", empty_layer: true }],
    config: {
      Env: ["PATH=/usr/bin:/bin", "API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3"],
      Cmd: ["/bin/sh", "-c", "exec app"],
      Entrypoint: ["/entry"],
      Labels: { maintainer: "me", "org.opencontainers.image.base.name": "debian:12" },
      User: "app:app",
      WorkingDir: "/srv",
      ExposedPorts: { "80/tcp": {} },
      Volumes: { "/data": {} },
      Healthcheck: { Test: ["CMD", "true"], Interval: 1e9 },
      OnBuild: ["RUN x"],
      Shell: ["/bin/sh", "-c"],
      StopSignal: "SIGTERM",
    },
    annotations: { "org.opencontainers.image.base.digest": `sha256:${"1".repeat(64)}` },
  };
}
