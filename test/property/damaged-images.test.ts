import { join } from "node:path";

import { describe, expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { BallastError } from "../../src/base/errors.ts";
import { openAllPlatforms } from "../../src/transports/open.ts";
import { dockerArchive, dockerArchiveFiles, filesToTar, ociLayout, writeFiles } from "../helpers/image-fixture.ts";
import type { Files, ImageFixture } from "../helpers/image-fixture.ts";
import { file } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";
import { fileWith, options } from "../transports/opening.ts";

const app: ImageFixture = {
  layers: [[file("a", "1")], { content: [file("b")], compression: "gzip" }],
  config: { Env: ["A=1"], Labels: { a: "b" }, Healthcheck: { Test: ["CMD", "x"] } },
  annotations: { a: "b" },
};

/** What might stand in a document where something else belongs. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e300, "", "x", "__proto__", "../../etc/passwd", [], {}, [null], [[]], [{}], {
    __proto__: null,
  }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Opening either works or ends with an error a person can read; anything else is a bug. */
async function opensOrExplains(name: string, verify: boolean): Promise<void> {
  try {
    const set = await openAllPlatforms(name, options({ verify }));
    for (const image of set.images) for (const attestation of image.attestations) await attestation.statements();
    await set.close();
  } catch (error) {
    expect(error).toBeInstanceOf(BallastError);
    expect((error as BallastError).message.length).toBeLessThan(2000);
  }
}

/** Replaces one value somewhere in the document. */
function replaced(document: unknown, steps: readonly number[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof document !== "object" || document === null) return value;
  const keys = Object.keys(document);
  if (keys.length === 0) return value;
  const key = keys[step % keys.length]!;
  const inner = replaced((document as Record<string, unknown>)[key], rest, value);
  return Array.isArray(document) ? Object.assign([...document], { [key]: inner }) : { ...document, [key]: inner };
}

const isDocument = (content: Files extends Map<string, infer T> ? T : never): content is Buffer =>
  Buffer.isBuffer(content) && (content[0] === 0x7b || content[0] === 0x5b);

describe("an image with something wrong in it", () => {
  it("is opened or refused with an explanation, whatever stands in its documents", async () => {
    const sources = [
      dockerArchiveFiles(app, { shape: "1.10" }),
      dockerArchiveFiles(app, { shape: "29" }),
      ociLayout([app], { nested: 1, attestations: true }),
    ];
    const mutation = fc.record({
      source: fc.nat(sources.length - 1),
      file: fc.nat(50),
      steps: fc.array(fc.nat(8), { maxLength: 6 }),
      value: junk,
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ source, file: pick, steps, value }) => {
        const files: Files = new Map(sources[source]);
        const documents = [...files].filter(([, content]) => isDocument(content));
        const [name, content] = documents[pick % documents.length]!;
        files.set(name, Buffer.from(JSON.stringify(replaced(JSON.parse(String(content as Buffer)), steps, value)) ?? ""));
        await opensOrExplains(fileWith(filesToTar(files)), false);
        if (files.has("index.json")) await opensOrExplains(writeFiles(join(temporaryDirectory(), "layout"), files), true);
      }),
      { numRuns: 300 },
    );
  });

  it("is opened or refused with an explanation, whatever byte of the archive is wrong or missing", async () => {
    const archives = [dockerArchive(app, { shape: "1.10" }), dockerArchive(app, { shape: "29" })];
    const damage = fc.record({ archive: fc.nat(1), at: fc.nat(), byte: fc.nat(255), length: fc.option(fc.nat()) });
    await fc.assert(
      fc.asyncProperty(damage, async ({ archive, at, byte, length }) => {
        const bytes = Buffer.from(archives[archive]!);
        bytes[at % bytes.length] = byte;
        await opensOrExplains(fileWith(length === null ? bytes : bytes.subarray(0, length % bytes.length)), at % 2 === 0);
      }),
      { numRuns: 300 },
    );
  });
});
