/** Large files in compressed layers are told apart by fingerprints: what is said of them is what hashing all of them says. */
import { createHash } from "node:crypto";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ociLayout, writeFiles } from "../../helpers/image-fixture.ts";
import type { Compression, LayerFixture } from "../../helpers/image/build.ts";
import { parseReport } from "../../helpers/report-schema.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { file, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

/** Above the size from which files are told apart by fingerprints. */
const bytes = 40_000;
const content = (letter: string, size = bytes): Buffer => Buffer.alloc(size, letter);
const digestOf = (letter: string): string => `sha256:${createHash("sha256").update(content(letter)).digest("hex")}`;

const lower: LayerFixture["content"] = [
  file("a", content("a")),
  file("b", content("b")),
  file("a-again", content("a")),
  file("over", content("o")),
  file("meta", content("m")),
  file("same", content("s")),
  file("alone", content("x", bytes + 1)),
  file("gone", content("g")),
];
const upper: LayerFixture["content"] = [
  file("over", content("p")),
  file("meta", content("m"), { mode: 0o600 }),
  file("same", content("s")),
  file("b-again", content("b")),
  whiteout("gone"),
];

function layout(compressions: readonly [Compression, Compression], layers = [lower, upper]): string {
  const image = { layers: layers.map((entries, index) => ({ content: entries, compression: compressions[index]! })) };
  return `oci:${writeFiles(join(temporaryDirectory(), "layout"), ociLayout([image]))}`;
}

async function report(image: string, cache: string | null) {
  const flags = cache === null ? ["--no-cache"] : [];
  const { stdout, stderr, status } = await runCli(["analyze", "--json", ...flags, image], {
    env: cache === null ? {} : { XDG_CACHE_HOME: cache },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const { waste, duplicates } = parseReport(stdout);
  return { waste, duplicates };
}

const expected = {
  waste: [
    ["/gone", "removed"],
    ["/meta", "metadata"],
    ["/over", "overwritten"],
    ["/same", "identical"],
  ].map(([path, cause]) => ({ path, bytes, cause, layer: 0, supersededBy: 1 })),
  duplicates: [
    { bytes, digest: digestOf("a"), paths: ["/a", "/a-again"] },
    { bytes, digest: digestOf("b"), paths: ["/b", "/b-again"] },
  ],
};

describe("large files that are equal, and such as only have the same size", () => {
  it.each([
    ["gzip", "gzip"],
    ["zstd", "zstd"],
    ["gzip", "zstd"],
    ["none", "gzip"],
    ["zstd", "none"],
    ["none", "none"],
  ] as const)("are told apart in layers compressed with %s and %s", async (one, two) => {
    expect(await report(layout([one, two]), null)).toEqual(expected);
  });

  it("are told apart again when the layers are known, also after the cache has lost its key", async () => {
    const image = layout(["gzip", "gzip"]);
    const cache = temporaryDirectory();
    expect(await report(image, cache)).toEqual(expected);
    expect(await report(image, cache)).toEqual(expected);
    rmSync(join(cache, "ballast/fingerprint.key"));
    expect(await report(image, cache)).toEqual(expected);
  });

  it("are told apart when one layer is known from another image", async () => {
    const cache = temporaryDirectory();
    await report(layout(["gzip", "gzip"], [upper, [file("other", content("z", 50_000))]]), cache);
    expect(await report(layout(["gzip", "gzip"]), cache)).toEqual(expected);
  });

  it("are told apart when the cache's fingerprints were made with another key", async () => {
    const image = layout(["gzip", "gzip"]);
    const [one, two] = [temporaryDirectory(), temporaryDirectory()];
    await report(image, one);
    await report(layout(["gzip", "gzip"], [[file("x", content("x"))], []]), two);
    for (const name of readdirSync(join(one, "ballast")).filter((entry) => entry.endsWith(".catalog")))
      cpSync(join(one, "ballast", name), join(two, "ballast", name));
    expect(await report(image, two)).toEqual(expected);
  });
});
