import { Readable } from "node:stream";

import { expect, it } from "vitest";

import { unxz } from "../../src/compression/xz.ts";

async function unpack(base64: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of unxz(Readable.from([Buffer.from(base64, "base64")]))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

// Each is the word "ballast", as xz writes it with that option.
it.each([
  [
    "--check=sha256",
    "SHA-256 as its check",
    "/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAGYmFsbGFzdAAARewXUXHZyEeP3RSz8hGzQJ1kfvOsUeLQ2Lb2q+EZuJEAATcHvIDlLhibS5oBAAAAAApZWg==",
  ],
  ["--x86 --lzma2", "a filter before LZMA2", "/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQAGYmFsbGFzdAAAu4mDXfItPuUAAR8HFi64cx+2830BAAAAAARZWg=="],
])("a whole stream written with %s is not called damaged: what is not read is named", async (_, feature, stream) => {
  await expect(unpack(stream)).rejects.toMatchObject({ code: "unsupported-image", message: expect.stringContaining(feature) as string });
});

it("a stream that is cut off is called that", async () => {
  await expect(unpack("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAGYmFsbGFzdAAAu4mDXfItPuU=")).rejects.toMatchObject({ code: "blob-corrupt" });
});
