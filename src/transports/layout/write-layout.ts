/** `oci:DIR[:TAG]`: a new OCI layout directory, or one more image in a layout that is there. */
import { createWriteStream } from "node:fs";
import { access, constants, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { besideName } from "../archive/write-file.ts";
import type { Destination, Outgoing, OutgoingBlob, WriteOptions } from "../transport.ts";
import { verifiedBlob } from "../source/verified-blob.ts";
import { writeError } from "../destination-errors.ts";
import { blobPath, indexJson, layoutBlobs, layoutDescriptors, layoutMarker, refNameAnnotation } from "./layout-files.ts";
import type { LayoutDescriptor } from "./layout-files.ts";

export function layoutDestination(directory: string, tag: string | null): Destination {
  const name = `oci:${directory}${tag === null ? "" : `:${tag}`}`;
  /** What `remove` has to take back. */
  let written: { readonly index: Buffer | null; readonly blobs: readonly string[] } | null = null;
  return {
    name,
    transport: "oci",
    reopenName: name,
    async check(options) {
      const existing = await readExisting(directory, name);
      if (existing === null) {
        await access(dirname(directory), constants.W_OK).catch((error: unknown) => {
          throw writeError(name, error);
        });
      } else refuseExisting(existing, tag, name, options);
    },
    async write(outgoing, options) {
      try {
        const existing = await readExisting(directory, name);
        if (existing !== null) refuseExisting(existing, tag, name, options);
        const others = existing?.manifests.filter((entry) => !isReplaced(entry, tag)) ?? [];
        written =
          existing === null || others.length === 0
            ? await writeNew(directory, outgoing, tag, existing !== null, options)
            : await addTo(directory, outgoing, tag, others, existing.bytes, options);
      } catch (error) {
        throw writeError(name, error);
      }
    },
    async remove() {
      if (written === null) return;
      if (written.index === null) await rm(directory, { recursive: true, force: true });
      else {
        await writeFile(join(directory, "index.json"), written.index);
        for (const blob of written.blobs) await rm(join(directory, blob), { force: true });
      }
    },
  };
}

interface ExistingLayout {
  readonly bytes: Buffer;
  readonly manifests: readonly LayoutDescriptor[];
}

/** Null when there is nothing, or an empty directory. */
async function readExisting(directory: string, name: string): Promise<ExistingLayout | null> {
  const stats = await stat(directory).catch(() => null);
  if (stats === null) return null;
  if (!stats.isDirectory())
    throw new BallastError("destination-exists", `${name}: ${directory} exists and is no directory`, { hint: "choose another name" });
  try {
    const bytes = await readFile(join(directory, "index.json"));
    const { manifests } = JSON.parse(bytes.toString()) as { manifests?: unknown };
    if (Array.isArray(manifests)) return { bytes, manifests: manifests as LayoutDescriptor[] };
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" && (await readdir(directory)).length === 0) return null;
  }
  throw new BallastError("destination-exists", `${name}: ${directory} is not empty and no OCI layout`, {
    hint: "choose another directory",
  });
}

/** A new name may join a layout that is there; anything else would overwrite. */
function refuseExisting(existing: ExistingLayout, tag: string | null, name: string, { force }: WriteOptions): void {
  if (force || (tag !== null && !existing.manifests.some((entry) => isReplaced(entry, tag)))) return;
  throw new BallastError(
    "destination-exists",
    `${name}: ${tag === null ? "the directory holds an OCI layout" : `the layout holds an image named ${tag}`}`,
    {
      hint:
        tag === null
          ? "name the new image as oci:DIR:TAG to add it, choose another directory, or overwrite with --force"
          : "choose another name, or overwrite it with --force",
    },
  );
}

/** Without a tag the whole layout is what gets overwritten. */
function isReplaced(entry: LayoutDescriptor, tag: string | null): boolean {
  return tag === null || entry.annotations?.[refNameAnnotation] === tag;
}

async function writeNew(directory: string, outgoing: Outgoing, tag: string | null, replace: boolean, options: WriteOptions) {
  const partial = besideName(directory);
  try {
    await mkdir(join(partial, "blobs", "sha256"), { recursive: true });
    for (const blob of layoutBlobs(outgoing)) await writeBlob(join(partial, blobPath(blob.descriptor.digest)), blob, options);
    const tags = tag === null ? outgoing.tags : [tag];
    await writeFile(join(partial, "index.json"), indexJson(layoutDescriptors(outgoing, tags, "oci")));
    await writeFile(join(partial, "oci-layout"), layoutMarker);
    if (replace) await swap(partial, directory);
    else await rename(partial, directory);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return { index: null, blobs: [] };
}

/** The old layout goes only when the new one stands in its place. */
async function swap(partial: string, directory: string): Promise<void> {
  const old = besideName(directory);
  await rename(directory, old);
  try {
    await rename(partial, directory);
  } catch (error) {
    await rename(old, directory);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function addTo(
  directory: string,
  outgoing: Outgoing,
  tag: string | null,
  others: readonly LayoutDescriptor[],
  index: Buffer,
  options: WriteOptions,
) {
  const blobs: string[] = [];
  try {
    for (const blob of layoutBlobs(outgoing)) {
      const path = blobPath(blob.descriptor.digest);
      const target = join(directory, path);
      if ((await stat(target).catch(() => null)) !== null) continue;
      await mkdir(dirname(target), { recursive: true });
      const partial = besideName(target);
      await writeBlob(partial, blob, options).catch(async (error: unknown) => {
        await rm(partial, { force: true });
        throw error;
      });
      await rename(partial, target);
      blobs.push(path);
    }
    const added = layoutDescriptors(outgoing, tag === null ? outgoing.tags : [tag], "oci");
    const partial = besideName(join(directory, "index.json"));
    await writeFile(partial, indexJson([...others, ...added]));
    await rename(partial, join(directory, "index.json"));
  } catch (error) {
    for (const path of blobs) await rm(join(directory, path), { force: true });
    throw error;
  }
  return { index, blobs };
}

async function writeBlob(path: string, blob: OutgoingBlob, { signal, onProgress }: WriteOptions): Promise<void> {
  const { digest, size } = blob.descriptor;
  await mkdir(dirname(path), { recursive: true });
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of verifiedBlob(blob)) {
      bytes += chunk.length;
      onProgress?.({ what: digest, bytes, totalBytes: size, state: "running" });
      yield chunk;
    }
  };
  await pipeline(
    Readable.from(counted(), { objectMode: false }),
    createWriteStream(path, { flags: "wx" }),
    signal === undefined ? {} : { signal },
  );
  onProgress?.({ what: digest, bytes, totalBytes: size, state: "done" });
}
