import { expect, it } from "vitest";

import type { Candidate } from "../../../src/transports/source/candidate.ts";
import { offeredImages, offeredPlatforms } from "../../../src/transports/source/offered.ts";

const all = { tag: null, digest: null, position: null, platform: null };
const place = { name: "a.tar", prefix: "oci-archive:a.tar" };

function candidate(id: string, tags: readonly string[], architecture: string | null, more: Partial<Candidate> = {}): Candidate {
  return {
    digest: `sha256:${id.repeat(64)}` as Candidate["digest"],
    configDigest: null,
    layerDigests: [],
    indexes: [],
    indexBytes: null,
    platform: architecture === null ? undefined : { os: "linux", architecture },
    tags,
    problem: null,
    load: () => Promise.reject(new Error("not in this test")),
    ...more,
  };
}

const namesOf = (candidates: readonly Candidate[], selection = all): (string | null)[] =>
  offeredImages(candidates, selection, place).map(({ name }) => name);

it("platforms of one image open by the name that was typed; those of one that was named by its digest, by the whole archive's", () => {
  const images = [candidate("a", ["app:1"], "amd64"), candidate("b", ["app:1"], "arm64")];
  expect(namesOf(images)).toEqual([null, null]);
  expect(namesOf(images, { ...all, digest: images[0]!.digest as never })).toEqual(["oci-archive:a.tar", "oci-archive:a.tar"]);
});

it("images under several tags open by a tag of their own, those without one by their place", () => {
  const shared = candidate("c", ["app:1", "app:latest"], "amd64");
  const images = [candidate("a", ["app:1"], "amd64"), candidate("b", [], "amd64"), shared];
  expect(namesOf(images)).toEqual(["oci-archive:a.tar:@0", "oci-archive:a.tar:@1", "oci-archive:a.tar:app:latest"]);
});

it("a tag that would be read as a place, a digest or a path is never written behind the name", () => {
  const odd = ["@1", `x@sha256:${"0".repeat(64)}`, "a b", "\u001b[2J", "../up"].map((tag, index) =>
    candidate(String(index), [tag], "amd64"),
  );
  expect(namesOf(odd)).toEqual([0, 1, 2, 3].map((place) => `oci-archive:a.tar:@${place}`).concat("oci-archive:a.tar:../up"));
});

it("two images that neither name nor platform tells apart open by their place, or from a registry by their digest", () => {
  const twins = [candidate("a", ["app:1"], "amd64"), candidate("b", ["app:1"], "amd64")];
  expect(namesOf(twins)).toEqual(["oci-archive:a.tar:@0", "oci-archive:a.tar:@1"]);
  const [first] = offeredPlatforms(twins, (digest) => `docker://app@${digest}`);
  expect(first).toMatchObject({ name: `docker://app@${twins[0]!.digest}`, title: "aaaaaaaaaaaa" });
});

it("of a stream, behind whose name nothing can be written, the platforms of one image are offered, and several images are not", () => {
  const one = [candidate("a", ["app:1"], "amd64"), candidate("b", ["app:1"], "arm64"), candidate("c", ["app:1"], null)];
  expect(offeredImages(one, all, { ...place, prefix: null })).toMatchObject([{ name: null }, { name: null }]);
  expect(offeredImages([...one, candidate("d", ["db:1"], "amd64")], all, { ...place, prefix: null })).toEqual([]);
});
