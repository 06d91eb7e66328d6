/** Layers: tar, PAX and sparse entries that make little sense, whiteouts of everything, damaged archives, gzip and zstd frames. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { compress } from "../../../test/helpers/image/build.ts";
import { dockerArchive, filesToTar, ociLayout } from "../../../test/helpers/image-fixture.ts";
import type { LayerFixture } from "../../../test/helpers/image-fixture.ts";
import { sealHeader } from "../../../test/helpers/tar/header.ts";
import { tar } from "../../../test/helpers/tar-fixture.ts";
import { zstdCompressed } from "../../../test/helpers/bytes/zstd-fixture.ts";
import { analyzeNamed } from "../analyze.ts";
import { randomLayers, richImage } from "../images.ts";
import { mutateBytes } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

export const layers: Target = {
  name: "layers",
  weight: 6,
  run: (random, directory) => {
    const made = randomLayers(random).map((layer) => broken(random, layer));
    const archive = join(directory, "image.tar");
    const image = richImage(made);
    writeFileSync(archive, random.oneIn(3) ? dockerArchive(image, { shape: "1.10" }) : filesToTar(ociLayout([image])));
    return analyzeNamed(random, directory, archive);
  },
};

/** Half of them stay as they are: the others are damaged in the archive, where diff IDs are true of it, or as stored. */
function broken(random: Random, layer: LayerFixture): LayerFixture {
  const archive = Buffer.isBuffer(layer.content) ? layer.content : tar(layer.content);
  const compression = layer.compression ?? "none";
  switch (random.below(6)) {
    case 0:
      return { ...layer, content: mutateHeaders(random, archive) };
    case 1:
      return { ...layer, content: mutateBytes(random, archive) };
    case 2: {
      const packed = compression === "gzip" ? gzipSync(archive) : compression === "zstd" ? zstdCompressed(archive) : null;
      return { ...layer, content: archive, stored: mutateBytes(random, packed ?? compress(archive, compression)) };
    }
    default:
      return layer;
  }
}

/** Fields of headers exchanged, under a checksum that is right again. */
function mutateHeaders(random: Random, archive: Buffer): Buffer {
  const mutated = Buffer.from(archive);
  const fields = [0, 100, 108, 116, 124, 136, 156, 157, 257, 329, 345, 386, 482, 483] as const;
  for (let at = 0; at + 512 <= mutated.length; at += 512) {
    const header = mutated.subarray(at, at + 512);
    if (header.toString("latin1", 257, 262) !== "ustar" || random.oneIn(2)) continue;
    const field = random.of(fields);
    random.of([
      () => header.write(random.of(["77777777777", "-1", "00000000000", " 123 ", "99999999999"]), field, 12, "latin1"),
      () => header.fill(random.below(256), field, field + 1 + random.below(12)),
      () => header.write(random.of([..."01234567SxgLKDVMNAX\0"]), 156, 1, "latin1"),
      () => random.bytes(8).copy(header, field),
    ])();
    sealHeader(header);
  }
  return mutated;
}
