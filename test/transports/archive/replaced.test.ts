import { writeFileSync } from "node:fs";

import { expect, it } from "vitest";

import { openImage } from "../../../src/transports/open.ts";
import { openRegion } from "../../../src/scan/blob/region.ts";
import { dockerArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { bytesOf, failure, fileWith, options } from "../opening.ts";

const small: ImageFixture = { tags: ["app:1"], layers: [[file("a", "x".repeat(20_000))]] };
const large: ImageFixture = { tags: ["app:1"], layers: [[file("b", "y".repeat(200_000))]] };

it.each([
  ["longer", small, large],
  ["shorter", large, small],
])(
  "replaced-while-open: an archive that was saved anew is said to be %s, and not that its layers are no layers",
  async (how, before, after) => {
    const path = fileWith(dockerArchive(before));
    const image = await openImage(path, options());
    writeFileSync(path, dockerArchive(after));
    const [layer] = image.layers;
    for (const error of [await failure(bytesOf(layer!)), await failure((async () => openRegion(layer!.file!, "layer 0"))())]) {
      expect(error.code).toBe("blob-corrupt");
      expect(error.message).toContain(`${path} is ${how} than it was when it was opened`);
      expect(error.hint).toContain("open the image again");
    }
    await image.close();
  },
);
