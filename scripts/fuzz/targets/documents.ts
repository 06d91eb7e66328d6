/** Manifests, indexes, configs and histories with something else in them, addressed again by their new digests so that they are read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { dockerArchiveFiles, filesToTar, ociLayout, sha256, writeFiles } from "../../../test/helpers/image-fixture.ts";
import type { Files } from "../../../test/helpers/image-fixture.ts";
import { file, whiteout } from "../../../test/helpers/tar-fixture.ts";
import { analyzeNamed } from "../analyze.ts";
import { richImage } from "../images.ts";
import { mutateBytes, mutateJson, mutateText } from "../mutate.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

const app = richImage([
  { content: [file("etc/motd", "hello"), file("b", "2")], compression: "gzip" },
  { content: [whiteout("b")], compression: "gzip" },
]);

export const documents: Target = {
  name: "documents",
  weight: 4,
  run: (random, directory) => {
    const files = random.of([
      () => dockerArchiveFiles(app, { shape: "1.10" }),
      () => dockerArchiveFiles(app, { shape: "25" }),
      () => dockerArchiveFiles(app, { shape: "29" }),
      () => ociLayout([app, { ...app, platform: "linux/arm64" }], { nested: 1, attestations: true }),
    ])();
    for (let left = 1 + random.below(2); left > 0; left -= 1) mutateDocument(random, files);
    if (files.has("index.json") && random.oneIn(2))
      return analyzeNamed(random, directory, `oci:${writeFiles(join(directory, "layout"), files)}`);
    const archive = join(directory, "image.tar");
    writeFileSync(archive, filesToTar(files));
    return analyzeNamed(random, directory, archive);
  },
};

function mutateDocument(random: Random, files: Files): void {
  const documents = [...files].flatMap(([name, content]) => {
    const document = Buffer.isBuffer(content) ? parsed(content) : undefined;
    return document === undefined ? [] : [{ name, content: content as Buffer, document }];
  });
  const { name, content, document } = random.of(documents);
  const ways = [
    () => mutateBytes(random, content),
    () => Buffer.from(mutateText(random, content.toString())),
    ...Array.from({ length: 6 }, () => () => Buffer.from(JSON.stringify(mutateJson(random, document)) ?? "")),
  ];
  const mutated = random.of(ways)();
  files.delete(name);
  const hex = /[0-9a-f]{64}/.exec(name)?.[0];
  if (hex === undefined || random.oneIn(8)) {
    files.set(name, mutated);
    return;
  }
  const renamed = sha256(mutated).slice(7);
  files.set(name.replace(hex, renamed), mutated);
  readdress(files, { hex, size: content.length }, { hex: renamed, size: mutated.length });
}

/** Undefined for what is none, or is broken already. */
function parsed(content: Buffer): unknown {
  if (content[0] !== 0x7b && content[0] !== 0x5b) return undefined;
  try {
    return JSON.parse(content.toString()) as unknown;
  } catch {
    return undefined;
  }
}

interface Address {
  readonly hex: string;
  readonly size: number;
}

/** Every document that names the blob names the new one, and so has a digest of its own that changes. */
function readdress(files: Files, before: Address, after: Address, depth = 0): void {
  // A mutation may have made a circle of blobs that name each other.
  if (depth > 8) return;
  for (const [name, content] of [...files]) {
    if (!Buffer.isBuffer(content) || !content.includes(before.hex)) continue;
    const text = content.toString().replaceAll(before.hex, after.hex).replaceAll(`"size":${before.size}`, `"size":${after.size}`);
    const bytes = Buffer.from(text);
    const hex = /[0-9a-f]{64}/.exec(name)?.[0];
    files.delete(name);
    const renamed = hex === undefined ? "" : sha256(bytes).slice(7);
    files.set(hex === undefined ? name : name.replace(hex, renamed), bytes);
    if (hex !== undefined) readdress(files, { hex, size: content.length }, { hex: renamed, size: bytes.length }, depth + 1);
  }
}
