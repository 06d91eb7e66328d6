import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import * as fc from "fast-check";
import { expect, it } from "vitest";

import { blobPath, buildImage, filesToTar } from "../helpers/image-fixture.ts";
import type { Files } from "../helpers/image-fixture.ts";
import { layoutOf } from "../helpers/image/oci.ts";
import { runCli } from "../helpers/run-cli.ts";
import { file, tar } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

/** What a verified run says, without what differs from run to run. */
async function said(archive: string, cache: string): Promise<string> {
  const { stdout, status } = await runCli(["analyze", "-q", "--json", archive], { env: { XDG_CACHE_HOME: cache } });
  if (status !== 0) return `status ${status}`;
  const { image, secrets, waste } = JSON.parse(stdout) as Record<string, unknown>;
  return JSON.stringify([image, secrets, waste]);
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
      const cache = join(directory, "warm");
      for (const [index, { blob, content, stdin }] of lies.entries()) {
        const fake = tar([file("nothing", content)]);
        const bytes = compression === "gzip" ? gzipSync(fake) : fake;
        const files = new Map(layoutOf([blob ? real : buildImage({ layers: [{ content: [file("nothing", content)], compression }] })]));
        if (blob) files.set(blobPath(real.layers[0]!.digest), bytes);
        const path = save(`lie-${index}.tar`, files);
        const args = ["analyze", "-q", "--no-verify", "--json", stdin ? "-" : path];
        const input = stdin ? { stdin: filesToTar(files) } : {};
        await runCli(args, { env: { XDG_CACHE_HOME: cache }, ...input });
      }
      expect(await said(truth, cache)).toBe(expected);
    }),
    { numRuns: 6 },
  );
}, 120_000);
