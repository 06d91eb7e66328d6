/** Package databases and manifests that lie: each at the place where its readers look. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { dockerArchive } from "../../../test/helpers/image-fixture.ts";
import { file, symlink } from "../../../test/helpers/tar-fixture.ts";
import { analyzeNamed } from "../analyze.ts";
import { hostileText, mutateBytes, mutateJson, mutateText } from "../mutate.ts";
import type { Random } from "../random.ts";
import { databases } from "../seeds.ts";
import type { Target } from "../target.ts";

export const packages: Target = {
  name: "packages",
  weight: 3,
  run: (random, directory) => {
    const entries = [...databases].flatMap(([path, seed]) => (random.oneIn(3) ? [file(path, mutated(random, seed))] : []));
    const real = [file("usr/bin/bash", "x".repeat(700)), file("opt/unowned", "y".repeat(90)), symlink("bin", "usr/bin")];
    const links = random.oneIn(4) ? [symlink("var/lib/dpkg", hostileText(random).slice(0, 100) || "x")] : [];
    const archive = join(directory, "image.tar");
    writeFileSync(archive, dockerArchive({ layers: [[...real, ...links], entries] }));
    return analyzeNamed(random, directory, archive);
  },
};

function mutated(random: Random, seed: Buffer): Buffer {
  if (random.oneIn(5)) return seed;
  if (seed[0] === 0x7b && !random.oneIn(4)) return Buffer.from(JSON.stringify(mutateJson(random, JSON.parse(seed.toString()))) ?? "");
  return seed.includes(0) || random.oneIn(4) ? mutateBytes(random, seed) : Buffer.from(mutateText(random, seed.toString()));
}
