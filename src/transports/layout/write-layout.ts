/**
 * `oci:DIR[:TAG]`: a new OCI layout directory, or one more image in an existing layout. Anything else in the directory is somebody
 * else's: only names that this run made are written or removed, and other images stay.
 */
import { access, constants, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { BallastError, systemErrorCode } from "../../base/errors.ts";
import { writeOutputFile } from "../../base/files/output-file.ts";
import { besideName, sweepAbandoned } from "../../base/files/owner.ts";
import { writeError } from "../../base/files/write-error.ts";
import type { Digest } from "../../image/digest.ts";
import type { Destination, Outgoing, WriteOptions } from "../transport.ts";
import { readExisting } from "./existing-layout.ts";
import type { ExistingLayout, LayoutIndex } from "./existing-layout.ts";
import { blobPath } from "../source/blob-source.ts";
import { indexJson, layoutBlobs, layoutDescriptors, layoutMarker, refNameAnnotation } from "./layout-files.ts";
import type { LayoutDescriptor } from "./layout-files.ts";
import { withLock } from "./lock.ts";
import { reachableDigests } from "./reachable.ts";
import { holds, writeBlob } from "./write-blob.ts";

/** What `remove` undoes. */
interface Written {
  readonly added: readonly LayoutDescriptor[];
  /** The earlier entries of `index.json`, in their order. */
  readonly before: readonly LayoutDescriptor[];
  /** Those of the earlier entries that had the same names. */
  readonly replaced: readonly LayoutDescriptor[];
  readonly blobs: readonly Digest[];
  /** The directory did not exist before. */
  readonly isNew: boolean;
}

export function layoutDestination(directory: string, tag: string | null): Destination {
  const name = `oci:${directory}${tag === null ? "" : `:${tag}`}`;
  let written: Written | null = null;
  return {
    name,
    transport: "oci",
    /** By digest: the layout may hold other images too. */
    get reopenName() {
      return written === null ? name : `oci:${directory}@${written.added[0]!.digest}`;
    },
    async check(options) {
      const existing = await readExisting(directory, name);
      await access(existing === null ? dirname(directory) : directory, constants.W_OK).catch((error: unknown) => {
        throw writeError(name, error);
      });
      if (existing !== null) refuseExisting(existing, tag, name, options);
    },
    async write(outgoing, options) {
      try {
        const existing = await readExisting(directory, name);
        if (existing !== null) refuseExisting(existing, tag, name, options);
        written =
          (existing === null ? await writeNew(directory, outgoing, tag, options) : null) ??
          (await addTo(directory, name, outgoing, tag, options));
      } catch (error) {
        throw writeError(name, error);
      }
    },
    async remove() {
      const taken = written;
      written = null;
      if (taken !== null) await takeBack(directory, name, taken);
    },
  };
}

/** A new name may be added to an existing layout; anything else would overwrite. */
function refuseExisting(existing: ExistingLayout, tag: string | null, name: string, { force }: WriteOptions): void {
  const { content } = existing;
  if (content === "taken") {
    throw new BallastError("destination-exists", `${name}: the directory has an index.json that is not an OCI layout's`, {
      hint: "choose another directory: its files belong to something else, and --force does not touch them",
    });
  }
  if (force || content === "empty") return;
  if (content === "foreign") {
    throw new BallastError("destination-exists", `${name}: the directory is not empty and no OCI layout`, {
      hint: "choose another directory, or write the image beside what lies there with --force",
    });
  }
  const manifests = existing.index?.manifests ?? [];
  if (manifests.length === 0 || (tag !== null && !manifests.some((entry) => refNameOf(entry) === tag))) return;
  throw new BallastError(
    "destination-exists",
    `${name}: ${tag === null ? "the directory holds an OCI layout" : `the layout holds an image named ${tag}`}`,
    {
      hint:
        tag === null
          ? "name the new image as oci:DIR:TAG to add it, choose another directory, or add it with --force"
          : "choose another name, or overwrite it with --force",
    },
  );
}

function refNameOf(entry: LayoutDescriptor): string | null {
  return entry.annotations?.[refNameAnnotation] ?? null;
}

function idOf(entry: LayoutDescriptor): string {
  return `${entry.digest} ${refNameOf(entry) ?? ""}`;
}

/** Null when somebody else has made the directory meanwhile: then the image has to be added to what is there. */
async function writeNew(directory: string, outgoing: Outgoing, tag: string | null, options: WriteOptions): Promise<Written | null> {
  await sweepAbandoned(dirname(directory));
  const partial = besideName(directory);
  const added = layoutDescriptors(outgoing, tag === null ? outgoing.tags : [tag], "oci");
  const blobs = layoutBlobs(outgoing);
  try {
    for (const blob of blobs) await writeBlob(join(partial, blobPath(blob.descriptor.digest)), blob, options);
    await writeFile(join(partial, "index.json"), indexJson(added), { flag: "wx" });
    await writeFile(join(partial, "oci-layout"), layoutMarker, { flag: "wx" });
    // The name may have been taken meanwhile. A rename never replaces a directory that is not empty.
    if ((await stat(directory).catch(() => null)) !== null) throw new BallastError("destination-exists", `${directory} exists already`);
    await rename(partial, directory);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if ((error instanceof BallastError && error.code === "destination-exists") || systemErrorCode(error) === "ENOTEMPTY") return null;
    throw error;
  }
  return { added, before: [], replaced: [], blobs: blobs.map(({ descriptor }) => descriptor.digest), isNew: true };
}

async function addTo(directory: string, name: string, outgoing: Outgoing, tag: string | null, options: WriteOptions): Promise<Written> {
  return withLock(
    directory,
    async (stillHeld) => {
      await sweepAbandoned(directory);
      await sweepAbandoned(join(directory, "blobs", "sha256"));
      const existing = await readExisting(directory, name);
      if (existing !== null) refuseExisting(existing, tag, name, options);
      const before = existing?.index?.manifests ?? [];
      const added = layoutDescriptors(outgoing, tag === null ? outgoing.tags : [tag], "oci");
      const isReplaced = (entry: LayoutDescriptor): boolean => added.some((own) => refNameOf(own) === refNameOf(entry));
      const blobs: Digest[] = [];
      try {
        for (const blob of layoutBlobs(outgoing)) {
          const { digest, size } = blob.descriptor;
          const target = join(directory, blobPath(digest));
          // A damaged blob, or a wrong one under this name, is replaced.
          if (await holds(target, digest, size)) continue;
          const partial = besideName(target);
          try {
            await writeBlob(partial, blob, options);
            await rename(partial, target);
          } finally {
            await rm(partial, { force: true });
          }
          blobs.push(digest);
        }
        await stillHeld();
        if (existing?.hasMarker !== true) await writeOutputFile(join(directory, "oci-layout"), layoutMarker.toString(), { force: true });
        await writeIndex(directory, existing?.index ?? null, [...before.filter((entry) => !isReplaced(entry)), ...added]);
      } catch (error) {
        await removeBlobs(directory, blobs, before);
        throw error;
      }
      return { added, before, replaced: before.filter(isReplaced), blobs, isNew: false };
    },
    options.signal,
  );
}

/** Keeps everything else that the index says. */
async function writeIndex(directory: string, before: LayoutIndex | null, manifests: readonly LayoutDescriptor[]): Promise<void> {
  const text = before === null ? indexJson(manifests).toString() : JSON.stringify({ ...before, manifests });
  await writeOutputFile(join(directory, "index.json"), text, { force: true });
}

async function takeBack(directory: string, name: string, { added, before, replaced, blobs, isNew }: Written): Promise<void> {
  await withLock(directory, async () => {
    const existing = await readExisting(directory, name);
    const isOurs = (entry: LayoutDescriptor): boolean =>
      added.some((own) => own.digest === entry.digest && refNameOf(own) === refNameOf(entry));
    const others = (existing?.index?.manifests ?? []).filter((entry) => !isOurs(entry));
    const back = replaced.filter((entry) => !others.some((other) => refNameOf(other) === refNameOf(entry)));
    // Opening the layout without a name takes the first entry, so each returns to its place; what others added meanwhile comes last.
    const places = new Map(before.map((entry, place) => [idOf(entry), place]));
    const placeOf = (entry: LayoutDescriptor): number => places.get(idOf(entry)) ?? before.length;
    const manifests = [...others, ...back].sort((a, b) => placeOf(a) - placeOf(b));
    await removeBlobs(directory, blobs, manifests);
    if (!isNew || manifests.length > 0) return writeIndex(directory, existing?.index ?? null, manifests);
    await rm(join(directory, "index.json"), { force: true });
    await rm(join(directory, "oci-layout"), { force: true });
    await removeEmpty(join(directory, "blobs", "sha256"), join(directory, "blobs"));
  });
  if (isNew) await removeEmpty(directory);
}

/** Removes blobs of this run that no image in the index needs. */
async function removeBlobs(directory: string, blobs: readonly Digest[], manifests: readonly LayoutDescriptor[]): Promise<void> {
  if (blobs.length === 0) return;
  const needed = await reachableDigests(directory, manifests);
  for (const digest of blobs) if (!needed.has(digest)) await rm(join(directory, blobPath(digest)), { force: true });
}

async function removeEmpty(...directories: readonly string[]): Promise<void> {
  for (const directory of directories) await rmdir(directory).catch(() => {});
}
