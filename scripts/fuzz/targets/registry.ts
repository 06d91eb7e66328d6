/** A registry that mutates its answers: documents, headers, statuses, lengths, ranges, and layers with lying tables of contents. */
import { estargz } from "../../../test/helpers/bytes/estargz-fixture.ts";
import { sha256 } from "../../../test/helpers/image-fixture.ts";
import type { LayerFixture } from "../../../test/helpers/image-fixture.ts";
import { startMisbehavingRegistry } from "../../../test/helpers/registry/misbehaving-registry.ts";
import type { Fault } from "../../../test/helpers/registry/misbehaving-registry.ts";
import { directory as folder, file, symlink, tar, whiteout } from "../../../test/helpers/tar-fixture.ts";
import { zstd, zstdSkippable } from "../../../test/helpers/bytes/zstd-fixture.ts";
import { analyzeNamed } from "../analyze.ts";
import { richImage } from "../images.ts";
import { hostileText, mutateBytes, mutateJson } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

const entries = [folder("usr"), file("usr/a", "x".repeat(900)), symlink("usr/b", "a"), file("etc/key", "y".repeat(300)), whiteout("old")];

export const registry: Target = {
  name: "registry",
  weight: 3,
  run: async (random, directory) => {
    const layers = [
      random.oneIn(2) ? withStargz(random) : withChunked(random),
      { content: [file("z", "1")], compression: "gzip" } as const,
    ];
    const mutating = random.oneIn(2);
    const fault: Fault = (request, response) => mutating && random.oneIn(3) && misbehave(random, request.url, response);
    const running = await startMisbehavingRegistry(richImage(layers), { fault, withoutRange: random.oneIn(6) });
    try {
      const connection = { authFile: "/nonexistent", timeout: 1000, insecure: true };
      return await analyzeNamed(random, directory, `docker://${running.reference}`, connection);
    } finally {
      await running.stop();
    }
  },
};

/** eStargz whose table is another one than its layer's, promised by its true digest all the same. */
function withStargz(random: Random): LayerFixture {
  const layer = estargz(entries);
  const annotations = { ...layer.annotations };
  const stored = random.oneIn(3) ? mutateBytes(random, layer.blob) : layer.blob;
  if (random.oneIn(6)) annotations["containerd.io/snapshot/stargz/toc.digest"] = hostileText(random);
  return { content: layer.tar, stored, annotations, compression: "gzip" };
}

/** zstd:chunked: a table in a skippable frame, mutated before it is promised. */
function withChunked(random: Random): LayerFixture {
  const archive = tar(entries);
  const data = zstd(archive);
  const rows = [
    { type: "dir", name: "usr", mode: 0o755 },
    { type: "reg", name: "usr/a", size: 900, offset: 0, endOffset: data.length, digest: sha256(Buffer.alloc(900, "x")), mode: 0o644 },
    { type: "symlink", name: "usr/b", linkName: "a" },
    { type: "hardlink", name: "usr/c", linkName: "usr/a" },
    {
      type: "reg",
      name: "etc/key",
      size: 300,
      offset: 0,
      endOffset: data.length,
      digest: sha256(Buffer.alloc(300, "y")),
      xattrs: { "user.a": "eA==" },
    },
  ];
  const table = { version: 1, entries: rows };
  const json = Buffer.from(JSON.stringify(random.oneIn(4) ? table : mutateJson(random, table)) ?? "");
  const packed = random.oneIn(5) ? mutateBytes(random, zstd(json)) : zstd(json);
  const position = [data.length + 8, packed.length, random.oneIn(6) ? random.of([0, 1, 2 ** 31, -1]) : json.length, 1].join(":");
  return {
    content: archive,
    stored: Buffer.concat([data, zstdSkippable(packed)]),
    compression: "zstd",
    annotations: {
      "io.github.containers.zstd-chunked.manifest-checksum": sha256(packed),
      "io.github.containers.zstd-chunked.manifest-position": random.oneIn(8) ? hostileText(random).slice(0, 200) : position,
    },
  };
}

function misbehave(random: Random, url: string, response: Parameters<Fault>[1]): true {
  const header = (): string =>
    hostileText(random)
      .replaceAll(/[^\t\x20-\x7e]/g, "")
      .slice(0, 2000);
  const body = (): Buffer => (random.oneIn(2) ? Buffer.from(hostileText(random)) : random.bytes(random.below(2000)));
  const answers: readonly (() => unknown)[] = [
    () => response.writeHead(random.of([200, 204, 206, 299, 400, 404, 416, 500]), { "content-type": header() }).end(body()),
    () =>
      response
        .writeHead(401, { "www-authenticate": `${random.of(["Bearer", "Basic", "Digest"])} realm="${header()}",service=${header()}` })
        .end(body()),
    () => response.writeHead(307, { location: random.of([url, "//", "http://127.0.0.1:1/", "file:///etc/passwd", header()]) }).end(),
    () => response.writeHead(200, { "docker-content-digest": header(), "content-range": header() }).end(body()),
    () =>
      response
        .writeHead(429, { "retry-after": random.of(["0", "-1", "99999999", header()]) })
        .end(JSON.stringify({ errors: [{ code: hostileText(random), message: hostileText(random) }] })),
    () =>
      response
        .writeHead(500, { "content-type": "application/json" })
        .end(JSON.stringify(mutateJson(random, { errors: [{ code: "X", message: "y", detail: {} }] })) ?? ""),
    () => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(body().subarray(0, 900), () => response.destroy());
    },
    () => response.destroy(),
  ];
  random.of(answers)();
  return true;
}
