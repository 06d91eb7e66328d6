import { Readable } from "node:stream";

import { expect, it } from "vitest";

import { digestOf } from "../../../src/image/digest.ts";
import { verifiedBlob } from "../../../src/transports/source/verified-blob.ts";

const promised = Buffer.from("what the manifest promises");

/** What comes out, and how it ends. */
async function sent(...chunks: readonly string[]): Promise<{ readonly bytes: string; readonly code: string | null }> {
  const descriptor = { mediaType: "application/octet-stream", digest: digestOf(promised), size: promised.length };
  const open = async (): Promise<Readable> => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  let bytes = "";
  try {
    for await (const chunk of verifiedBlob({ descriptor, open })) bytes += chunk.toString();
    return { bytes, code: null };
  } catch (error) {
    return { bytes, code: (error as { code: string }).code };
  }
}

it("a blob that is what the manifest says passes, in however many pieces", async () => {
  expect(await sent("what the ", "manifest", " promises")).toEqual({ bytes: promised.toString(), code: null });
});

it.each<readonly [what: string, ...chunks: string[]]>([
  ["nothing"],
  ["less", "what the manifest promise"],
  ["other bytes of the same length", "what the manifest PROMISES"],
  ["more", "what the manifest promises", "!"],
])("a source that gives %s ends with digest-mismatch", async (_, ...chunks) => {
  expect((await sent(...chunks)).code).toBe("digest-mismatch");
});

it("of a source without end no more is passed on than was promised", async () => {
  const { bytes } = await sent(promised.toString(), "more ".repeat(1000), "and more");
  expect(bytes).toBe(promised.toString());
});
