import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { describe, expect, it, onTestFinished } from "vitest";

import { noise } from "../../helpers/draws.ts";
import { BallastError } from "../../../src/base/errors.ts";
import { CatalogBuilder } from "../../../src/filesystem/catalog-builder.ts";
import type { Catalog } from "../../../src/filesystem/catalog.ts";
import type { Image } from "../../../src/image/image.ts";
import { catalogFromToc, openTocEntry } from "../../../src/scan/toc/toc-layer.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { TarParser } from "../../../src/tar/read/parser.ts";
import { openRegistry } from "../../../src/transports/registry/open.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { run } from "../../helpers/components/run.ts";
import { estargz } from "../../helpers/bytes/estargz-fixture.ts";
import type { EstargzLayer } from "../../helpers/bytes/estargz-fixture.ts";
import { startMisbehavingRegistry } from "../../helpers/registry/misbehaving-registry.ts";
import type { MisbehavingRegistry, MisbehavingRegistryOptions } from "../../helpers/registry/misbehaving-registry.ts";
import { characterDevice, directory, file, hardlink, symlink, tar, whiteout } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const big = noise("big", 900_000);
const text = Buffer.from("hello\n".repeat(1000));
/** `cap_net_bind_service=ep`, with the NULs that real ones hold. */
const capability = Buffer.concat([Buffer.from([1, 0, 0, 2, 0, 4]), Buffer.alloc(14)]);
const long = `deep/${"n".repeat(180)}/ünï`;
const entries = [
  directory("etc"),
  file("etc/motd", text, { mode: 0o4755, uid: 1_000_660_000, mtime: 1_700_000_000 }),
  file("etc/empty"),
  hardlink("etc/motd2", "etc/motd", { mode: 0o4755, uid: 1_000_660_000, mtime: 1_700_000_000 }),
  symlink("etc/link", "motd"),
  file("big", big, { xattrs: { "security.capability": capability } }),
  characterDevice("null", 1, 3),
  file(long, "far away"),
  whiteout("gone"),
];

async function serve(
  layer: EstargzLayer,
  options: MisbehavingRegistryOptions = {},
): Promise<{ registry: MisbehavingRegistry; image: Image }> {
  const registry = await startMisbehavingRegistry(
    {
      layers: [
        {
          content: layer.tar,
          stored: layer.blob,
          annotations: layer.annotations,
          mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        },
      ],
    },
    options,
  );
  onTestFinished(() => registry.stop());
  return { registry, image: await open(registry) };
}

async function open(registry: { reference: string }): Promise<Image> {
  const set = await openRegistry(registry.reference, { platform: null, verify: true, connection: { authFile: "/nonexistent" } });
  onTestFinished(() => set.close());
  return set.images[0]!;
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What reading the archive itself gives. */
function catalogOf(archive: Buffer): Catalog {
  const builder = new CatalogBuilder();
  let hash = createHash("sha256");
  const parser = new TarParser({
    entry: (entry) => {
      builder.add(entry);
      hash = createHash("sha256");
      if (entry.type === EntryType.file && entry.size === 0) builder.setHash(builder.length - 1, hash.copy().digest());
      return entry.type === EntryType.file && entry.size > 0;
    },
    data: (chunk) => void hash.update(chunk),
    endEntry: () => builder.setHash(builder.length - 1, hash.digest()),
  });
  parser.write(archive);
  parser.end();
  return builder.build();
}

function rows(catalog: Catalog): unknown[] {
  return Array.from({ length: catalog.length }, (_, index) => {
    const { headerOffset: _header, dataOffset: _data, storedSize: _stored, ...entry } = catalog.entry(index);
    return { ...entry, path: entry.path.replace(/\/$/, ""), hash: catalog.hash(index) };
  });
}

describe("a layer with a table of contents", () => {
  it("gives the catalog that reading all of it gives, for a fraction of its bytes", async () => {
    const { registry, image } = await serve(estargz(entries, { chunkSize: 100_000 }));
    const before = registry.blobBytes;
    const toc = await catalogFromToc(image.layers[0]!);
    expect(rows(toc!.catalog)).toEqual(rows(catalogOf(registry.image.layers[0]!.tar)));
    expect(toc!.kind).toBe("estargz");
    expect(registry.blobBytes - before).toBe(toc!.fetchedBytes);
    expect(toc!.fetchedBytes).toBeLessThan(4000);
  });

  it("gives single files by Range, chunked or not, its own table too", async () => {
    const { registry, image } = await serve(estargz(entries, { chunkSize: 100_000 }));
    const layer = image.layers[0]!;
    const toc = (await catalogFromToc(layer))!;
    const content = async (path: string): Promise<Buffer> => {
      const index = Array.from({ length: toc.catalog.length }, (_, i) => toc.catalog.path(i)).indexOf(path);
      return bytesOf(await openTocEntry(layer, toc, index));
    };
    const before = registry.blobBytes;
    expect((await content("etc/motd")).equals(text)).toBe(true);
    expect(registry.blobBytes - before).toBeLessThan(text.length);
    expect((await content("big")).equals(big)).toBe(true);
    expect((await content("etc/empty")).length).toBe(0);
    expect((await content(Buffer.from(long).toString("latin1"))).toString()).toBe("far away");
    expect(JSON.parse((await content("stargz.index.json")).toString())).toMatchObject({ version: 1 });
  });

  it("is refused when the table is not the one that the manifest promises", async () => {
    const layer = estargz(entries);
    const { image } = await serve({ ...layer, annotations: { "containerd.io/snapshot/stargz/toc.digest": `sha256:${"1".repeat(64)}` } });
    const error = (await catalogFromToc(image.layers[0]!).catch((thrown: unknown) => thrown)) as BallastError;
    expect(error).toBeInstanceOf(BallastError);
    expect(error.code).toBe("digest-mismatch");
    expect(error.message).toContain("table of contents");
  });

  it("does not pass off a file's content that the table does not promise", async () => {
    const layer = estargz([file("a", text)]);
    const other = estargz([file("a", Buffer.from("HELLO\n".repeat(1000)))]);
    const { image } = await serve(layer);
    const toc = (await catalogFromToc(image.layers[0]!))!;
    const { image: swapped } = await serve({ ...other, annotations: layer.annotations });
    const error = (await openTocEntry(swapped.layers[0]!, toc, 0)
      .then(bytesOf)
      .catch((thrown: unknown) => thrown)) as BallastError;
    expect(error.code).toBe("digest-mismatch");
    expect(error.message).toContain("/a of layer 0");
  });

  it("is left to be read whole when the registry knows no Range, and nothing of it is fetched in vain", async () => {
    const { registry, image } = await serve(estargz(entries), { withoutRange: true });
    const before = image.transferredBytes()!;
    expect(await catalogFromToc(image.layers[0]!)).toBeNull();
    expect(image.transferredBytes()! - before).toBeLessThan(registry.image.layers[0]!.bytes.length / 2);
  });

  it("is left to be read whole when its names have lost bytes on the way into JSON", async () => {
    const { image } = await serve(estargz([file("a\uFFFD", "x")]));
    expect(await catalogFromToc(image.layers[0]!)).toBeNull();
  });

  it("is left to be read whole when it carries none", async () => {
    const { blob, tar: archive } = estargz(entries);
    const { image } = await serve({ blob, tar: archive, annotations: {} });
    expect(await catalogFromToc(image.layers[0]!)).toBeNull();
  });
});

describeComponents(["buildah", "zstd"], "a zstd:chunked layer that buildah wrote", () => {
  it("gives the catalog that reading all of it gives, and single files", async () => {
    const scratch = temporaryDirectory();
    const archive = tar(entries.filter(({ name, type }) => type !== "character-device" && name !== ".wh.gone"));
    writeFileSync(join(scratch, "rootfs.tar"), archive);
    const store = ["--storage-driver", "vfs", "--root", join(scratch, "root"), "--runroot", join(scratch, "run")];
    await run("buildah", [...store, "from", "--name", "work", "scratch"]);
    await run("buildah", [...store, "add", "work", join(scratch, "rootfs.tar"), "/"]);
    const id = (await run("buildah", [...store, "commit", "--quiet", "work", "made"])).toString().trim();
    await run("buildah", [...store, "push", "--compression-format", "zstd:chunked", id, `oci:${join(scratch, "out")}:1`]);
    const blob = (digest: string): Buffer => readFileSync(join(scratch, "out/blobs/sha256", digest.slice(7)));
    const index = JSON.parse(readFileSync(join(scratch, "out/index.json"), "utf8")) as { manifests: { digest: string }[] };
    const manifest = JSON.parse(blob(index.manifests[0]!.digest).toString()) as {
      layers: { digest: string; mediaType: string; annotations: Record<string, string> }[];
    };
    const written = manifest.layers[0]!;
    const stored = blob(written.digest);
    writeFileSync(join(scratch, "layer.zst"), stored);
    const content = await run("zstd", ["-dcq", join(scratch, "layer.zst")]);
    const registry = await startMisbehavingRegistry({
      layers: [{ content, stored, annotations: written.annotations, mediaType: written.mediaType }],
    });
    onTestFinished(() => registry.stop());
    const layer = (await open(registry)).layers[0]!;
    const toc = (await catalogFromToc(layer))!;
    expect(toc.kind).toBe("zstd:chunked");
    expect(rows(toc.catalog)).toEqual(rows(catalogOf(content)));
    expect(toc.fetchedBytes).toBeLessThan(stored.length / 20);
    const paths = Array.from({ length: toc.catalog.length }, (_, i) => toc.catalog.path(i));
    expect((await bytesOf(await openTocEntry(layer, toc, paths.indexOf("big")))).equals(big)).toBe(true);
    expect((await bytesOf(await openTocEntry(layer, toc, paths.indexOf("etc/motd")))).equals(text)).toBe(true);
  });
});
