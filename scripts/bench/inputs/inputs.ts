/** The inputs of the bench, made once and kept in .bench/. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { mediaTypes, sha256 } from "../../../test/helpers/image/build.ts";
import { blobPath, json } from "../../../test/helpers/image/files.ts";
import { writeImage } from "./archive.ts";
import type { BenchImage, LayerSource } from "./archive.ts";

/** Change it when the generators change. */
const version = "1";

export function generated(directory: string, name: string, sources: () => readonly LayerSource[]): BenchImage {
  return kept(directory, `${name}-v${version}`, (part) => writeImage(part, name, sources()));
}

/** Any docker-archive, its layers taken out by GNU tar. */
export async function fromArchive(directory: string, archive: string): Promise<BenchImage> {
  const key = createHash("sha256")
    .update(`${archive} ${statSync(archive).size} ${statSync(archive).mtimeMs}`)
    .digest("hex")
    .slice(0, 12);
  const members = join(directory, key);
  if (!existsSync(members)) {
    mkdirSync(`${members}.part`, { recursive: true });
    must("tar", ["-xf", archive, "-C", `${members}.part`]);
    renameSync(`${members}.part`, members);
  }
  const [manifest] = JSON.parse(readFileSync(join(members, "manifest.json"), "utf8")) as [{ Config: string; Layers: string[] }];
  const config = readFileSync(join(members, manifest.Config));
  const { diff_ids: diffIds } = (JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } }).rootfs;
  const layers = manifest.Layers.map((name, index) => {
    const path = join(members, name);
    return { path, diffId: diffIds[index]!, bytes: statSync(path).size };
  });
  return { archive, layers, config };
}

export interface Layout {
  /** For `oci:`. */
  readonly directory: string;
  /** The compressed layers, bottom first. */
  readonly blobs: readonly string[];
}

/** The same image as an OCI layout, its layers compressed by `pigz` or `zstd`; null when that program is not installed. */
export async function compressedLayout(directory: string, image: BenchImage, kind: "gzip" | "zstd"): Promise<Layout | null> {
  const [program, args] = kind === "gzip" ? ["pigz", ["-c", "-n"]] : ["zstd", ["-q", "-c", "-T0"]];
  if (spawnSync(program, ["--version"]).error !== undefined) return null;
  const layout = join(directory, `${basename(image.archive, ".tar")}-${sha256(image.config).slice(7, 15)}-${kind}-v${version}`);
  if (!existsSync(layout)) {
    const part = `${layout}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(join(part, "blobs/sha256"), { recursive: true });
    const layers = [];
    for (const layer of image.layers) {
      const compressed = join(part, "layer");
      must("sh", ["-c", `${program} ${args.join(" ")} < "$1" > "$2"`, "sh", layer.path, compressed]);
      const descriptor = { mediaType: mediaTypes.oci.layer[kind], digest: await digestOfFile(compressed), size: statSync(compressed).size };
      renameSync(compressed, join(part, blobPath(descriptor.digest)));
      layers.push(descriptor);
    }
    writeFileSync(join(part, blobPath(sha256(image.config))), image.config);
    const config = { mediaType: mediaTypes.oci.config, digest: sha256(image.config), size: image.config.length };
    const manifest = json({ schemaVersion: 2, mediaType: mediaTypes.oci.manifest, config, layers });
    writeFileSync(join(part, blobPath(sha256(manifest))), manifest);
    const annotations = { "org.opencontainers.image.ref.name": "latest" };
    const entry = { mediaType: mediaTypes.oci.manifest, digest: sha256(manifest), size: manifest.length, annotations };
    writeFileSync(join(part, "index.json"), json({ schemaVersion: 2, manifests: [entry] }));
    writeFileSync(join(part, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    renameSync(part, layout);
  }
  return { directory: layout, blobs: layerBlobs(layout) };
}

function layerBlobs(layout: string): string[] {
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as { manifests: [{ digest: string }] };
  const manifest = JSON.parse(readFileSync(join(layout, blobPath(index.manifests[0].digest)), "utf8")) as { layers: { digest: string }[] };
  return manifest.layers.map((layer) => join(layout, blobPath(layer.digest)));
}

/** Makes something in `NAME.part`, remembers what `make` returned, and renames it when it is whole. */
function kept(directory: string, name: string, make: (part: string) => BenchImage): BenchImage {
  const path = join(directory, name);
  const notes = join(path, "image.json");
  if (!existsSync(notes)) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    console.error(`making ${name}…`);
    const image = make(path);
    writeFileSync(notes, JSON.stringify({ ...image, config: image.config.toString("base64") }));
  }
  const image = JSON.parse(readFileSync(notes, "utf8")) as Omit<BenchImage, "config"> & { config: string };
  return { ...image, config: Buffer.from(image.config, "base64") };
}

function must(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}
