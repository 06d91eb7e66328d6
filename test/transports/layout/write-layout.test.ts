/** Layouts that others wrote too: what lies in one stays as it is, whatever joins it. */
import { readFileSync, readdirSync, readlinkSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { besideName, ownerName } from "../../../src/base/files/owner.ts";
import { layoutDestination } from "../../../src/transports/layout/write-layout.ts";
import { withLock } from "../../../src/transports/layout/lock.ts";
import { blobPath, ociLayout, sha256, writeFiles } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { outgoingOf } from "../../helpers/image/outgoing-image.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";
import { failure } from "../opening.ts";

const theirs: ImageFixture = { layers: [[file("theirs")]], tags: ["team/app:1"] };
const ours = outgoingOf({ layers: [[file("theirs")], [file("ours")]], tags: ["team/new:1"] });
const options = { force: false, connection: {} };

/** A layout with one image of somebody else's. */
function layout(): string {
  return writeFiles(join(temporaryDirectory(), "layout"), ociLayout([theirs]));
}

type Json = Record<string, unknown>;
const readIndex = (directory: string): Json & { manifests: Json[] } =>
  JSON.parse(readFileSync(join(directory, "index.json"), "utf8")) as Json & { manifests: Json[] };
const writeIndex = (directory: string, index: unknown): void => writeFileSync(join(directory, "index.json"), JSON.stringify(index));
const blobsIn = (directory: string): string[] => readdirSync(join(directory, "blobs/sha256")).toSorted();

describe("an image that joins a layout", () => {
  it("leaves annotations of the index, keys nobody knows and the entries of others as they are", async () => {
    const directory = layout();
    const before = readIndex(directory);
    const signature = { mediaType: "application/vnd.x", digest: `sha256:${"0".repeat(64)}`, size: 3, artifactType: "a/b", urls: ["u"] };
    const index = { ...before, annotations: { owner: "team" }, "x-tool": [1, null], manifests: [...before.manifests, signature] };
    writeIndex(directory, index);
    const destination = layoutDestination(directory, "new");
    await destination.write(ours, options);
    const after = readIndex(directory);
    expect({ ...after, manifests: after.manifests.slice(0, 2) }).toEqual(index);
    expect(after.manifests[2]).toMatchObject({ digest: ours.built.manifest.digest });
    await destination.remove(options);
    expect(readIndex(directory)).toEqual(index);
  });

  it.each([[null], ["text"], [{ size: 1 }], [[]]])("is refused where the index lists %j, and nothing is touched", async (entry) => {
    const directory = layout();
    writeIndex(directory, { schemaVersion: 2, manifests: [entry] });
    for (const force of [false, true]) {
      expect((await failure(layoutDestination(directory, "new").write(ours, { ...options, force }))).code).toBe("destination-exists");
    }
    expect(readIndex(directory)).toEqual({ schemaVersion: 2, manifests: [entry] });
  });

  it("is taken back without what others still need, whatever their documents hold", async () => {
    const directory = layout();
    const odd = Buffer.from(JSON.stringify({ manifests: [null, 1, { digest: 7 }], layers: {}, config: "none" }));
    writeFileSync(join(directory, blobPath(sha256(odd))), odd);
    const index = readIndex(directory);
    index.manifests.push({ mediaType: "application/vnd.oci.image.index.v1+json", digest: sha256(odd), size: odd.length });
    writeIndex(directory, index);
    const before = blobsIn(directory);
    const destination = layoutDestination(directory, "new");
    await destination.write(ours, options);
    await destination.remove(options);
    expect(blobsIn(directory)).toEqual(before);
  });

  it("makes a blob whole that is there by name and size, but not by content", async () => {
    const directory = layout();
    const layer = ours.built.layers[0]!;
    const path = join(directory, blobPath(layer.digest));
    writeFileSync(path, Buffer.alloc(layer.bytes.length));
    await layoutDestination(directory, "new").write(ours, options);
    expect(readFileSync(path).equals(layer.bytes)).toBe(true);
  });

  it("goes through links: to the layout, and to blobs that several layouts share", async () => {
    const [directory, shared] = [layout(), join(temporaryDirectory(), "shared")];
    const link = join(temporaryDirectory(), "link");
    symlinkSync(directory, link);
    renameSync(join(directory, "blobs"), shared);
    symlinkSync(shared, join(directory, "blobs"));
    writeFileSync(join(shared, "sha256", "f".repeat(64)), "another layout's");
    await layoutDestination(link, "new").write(ours, options);
    expect([readlinkSync(link), readlinkSync(join(directory, "blobs"))]).toEqual([directory, shared]);
    expect(readFileSync(join(shared, "sha256", "f".repeat(64)), "utf8")).toBe("another layout's");
    expect(readIndex(directory).manifests).toHaveLength(2);
  });

  it("is refused where a file of a person's only looks like one of ours", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "film.partial"), "half a film");
    expect((await failure(layoutDestination(directory, "new").write(ours, options))).code).toBe("destination-exists");
    expect(readdirSync(directory)).toEqual(["film.partial"]);
  });

  it("is welcome where a killed run left a part, which goes", async () => {
    const directory = temporaryDirectory();
    const [, start, place] = ownerName().split("-");
    writeFileSync(besideName(join(directory, "index.json")).replace(ownerName(), `1-${start}-${place}`), "half");
    await layoutDestination(directory, "new").write(ours, options);
    expect(readdirSync(directory).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
  });
});

describe("the lock of a run that cannot be seen from here", () => {
  const patience = 300;
  const work = async (): Promise<string> => "done";

  function locked(owner: string, secondsAgo: number): string {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, ".ballast.lock"), owner);
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(join(directory, ".ballast.lock"), then, then);
    return directory;
  }

  it.each([["77-1234-ffffffff"], [""], ["what is this"]])("%j holds while it is touched", async (owner) => {
    const directory = locked(owner, 30);
    const error = await failure(withLock(directory, work, undefined, patience));
    expect(error).toMatchObject({ code: "write-failed", message: expect.stringContaining("another run of Ballast") });
    expect(readFileSync(join(directory, ".ballast.lock"), "utf8")).toBe(owner);
  });

  it.each([["77-1234-ffffffff"], [""], ["what is this"]])("%j is taken over when it has not been for a minute", async (owner) => {
    const directory = locked(owner, 90);
    expect(await withLock(directory, work, undefined, patience)).toBe("done");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is never taken over where the process lives, however long it says nothing", async () => {
    const directory = locked(ownerName(), 3600);
    expect((await failure(withLock(directory, work, undefined, patience))).code).toBe("write-failed");
  });
});
