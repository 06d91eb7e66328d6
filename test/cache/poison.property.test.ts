import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";

import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { BallastError } from "../../src/base/errors.ts";
import { analyze } from "../../src/library/analyze.ts";
import { open } from "../../src/library/open.ts";
import { render } from "../../src/library/render.ts";
import { blobPath, buildImage, filesToTar, writeFiles } from "../helpers/image-fixture.ts";
import type { Files } from "../helpers/image-fixture.ts";
import { layoutOf } from "../helpers/image/oci.ts";
import { file, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** What a run says, without what differs from run to run; "refused" when it refuses. */
async function said(source: string | Readable, cacheDirectory: string, verify = true): Promise<string> {
  try {
    await using opened = await open(source, { cacheDirectory, verify, workers: 0 });
    const { image, secrets, waste } = JSON.parse(await render(await analyze(opened), "json")) as Record<string, unknown>;
    return JSON.stringify([image, secrets, waste]);
  } catch (error) {
    expect(error).toBeInstanceOf(BallastError);
    return "refused";
  }
}

it("whatever lies were read before, unverified, a verified run says what a run without a cache says", async () => {
  const lie = fc.record({
    compressed: fc.boolean(),
    /** Other bytes under the real layer's digest; else an image of its own. */
    blob: fc.boolean(),
    content: fc.string({ maxLength: 50 }),
    stdin: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 2 }), async (lies) => {
      const directory = temporaryDirectory();
      const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA".repeat(20)}\n-----END RSA PRIVATE KEY-----\n`;
      const compression = lies[0]!.compressed ? ("gzip" as const) : ("none" as const);
      const real = buildImage({ layers: [{ content: [file("app/key.pem", key), file("app/big", "x".repeat(5000))], compression }] });
      const save = (name: string, files: Files): string => {
        const path = join(directory, name);
        writeFileSync(path, filesToTar(files));
        return path;
      };
      const truth = save("real.tar", layoutOf([real]));
      const expected = await said(truth, join(directory, "cold"));
      expect(expected).toContain("private-key");
      const cache = join(directory, "warm");
      for (const [index, { blob, content, stdin }] of lies.entries()) {
        const fake = tar([file("nothing", content)]);
        const bytes = compression === "gzip" ? gzipSync(fake) : fake;
        const files = new Map(layoutOf([blob ? real : buildImage({ layers: [{ content: [file("nothing", content)], compression }] })]));
        if (blob) files.set(blobPath(real.layers[0]!.digest), bytes);
        const path = save(`lie-${index}.tar`, files);
        await said(stdin ? Readable.from([filesToTar(files)]) : path, cache, false);
      }
      expect(await said(truth, cache)).toBe(expected);
    }),
    { numRuns: 25 },
  );
}, 60_000);

it("a blob that is not what its name says is refused, also when a run that verified nothing has read it", async () => {
  const directory = temporaryDirectory();
  const real = buildImage({ layers: [{ content: [file("a", "x".repeat(5000))], compression: "gzip" }] });
  const files = new Map(layoutOf([real]));
  const name = blobPath(real.layers[0]!.digest);
  // The same archive, so the same diff ID, in other bytes.
  files.set(name, gzipSync(gunzipSync(files.get(name) as Buffer), { level: 1 }));
  const path = join(directory, "app.tar");
  writeFileSync(path, filesToTar(files));
  const cache = join(directory, "cache");
  expect(await said(path, cache, false)).not.toBe("refused");
  expect(await said(path, cache)).toBe("refused");
});

it("a file that was verified under its own digest is refused under another one, though the archive in it is the same", async () => {
  const directory = temporaryDirectory();
  const content = [file("a", "x".repeat(5000))];
  const real = buildImage({ layers: [{ content, compression: "gzip" }] });
  const { bytes } = real.layers[0]!;
  // Of the same length: another system in gzip's header.
  const stored = Buffer.from(bytes).fill(bytes[9]! ^ 1, 9, 10);
  const other = buildImage({ layers: [{ content, compression: "gzip", stored }] });
  const [first, second] = [join(directory, "first"), join(directory, "second")];
  writeFiles(first, layoutOf([real]));
  const files = new Map(layoutOf([other]));
  files.set(blobPath(other.layers[0]!.digest), { symlink: join(first, blobPath(real.layers[0]!.digest)) });
  writeFiles(second, files);
  const cache = join(directory, "cache");
  expect(await said(first, cache)).not.toBe("refused");
  expect(await said(second, cache)).toBe("refused");
});
