import { describe, expect, it } from "vitest";

import { hasBasics, isKnownJob } from "../../src/queue/worker/known-job.ts";
import { imageJobId, layerJobId } from "../../src/queue/jobs.ts";
import type { ImageJob, LayerJob } from "../../src/queue/jobs.ts";
import { digestOf } from "../../src/image/digest.ts";

const run = "0123456789abcdef0123456789abcdef";
const [digest, diffId] = [digestOf(Buffer.from("stored")), digestOf(Buffer.from("unpacked"))];
const basics = { dialect: "1/1", run, store: "redis", registry: "registry.example", repository: "team/app" };
const layer: LayerJob = { ...basics, kind: "layer", layer: { index: 0, digest, diffId, mediaType: "application/x", bytes: 5 } };
const image: ImageJob = { ...basics, kind: "image", digest, name: "team/app:1", waitsFor: [[0, layerJobId(run, { digest, diffId })]] };
const ids = { layer: layerJobId(run, { digest, diffId }), image: imageJobId(run, digest, "team/app:1") };

describe("a worker takes", () => {
  it("the jobs of a survey, also of one whose run has a name of its own", () => {
    expect([isKnownJob(ids.layer, layer), isKnownJob(ids.image, image)]).toEqual([true, true]);
    const own = `${run}-01234567`;
    expect(isKnownJob(layerJobId(own, { digest, diffId }), { ...layer, run: own })).toBe(true);
  });

  it.each<[string, string | undefined, unknown]>([
    ["a run that leads out of the store", "../../x-image-0123456789abcdef0123456789abcdef", { ...image, run: "../../x" }],
    ["a name that leads out of the store", `${run}-image-../../x`, image],
    ["the name of another run", `f${ids.image.slice(1)}`, image],
    ["the name of another kind", ids.layer, image],
    ["no name", undefined, image],
    ["a digest that is none", ids.layer, { ...layer, layer: { ...layer.layer, digest: "sha256:../../etc/passwd" } }],
    ["a diff ID that is none", ids.layer, { ...layer, layer: { ...layer.layer, diffId: "../x" } }],
    ["no layer", ids.layer, { ...layer, layer: undefined }],
    ["fewer bytes than none", ids.layer, { ...layer, layer: { ...layer.layer, bytes: -1 } }],
    ["layers it waits for that are none", ids.image, { ...image, waitsFor: "abc" }],
    ["a kind that nobody knows", `${run}-other-0123456789abcdef0123456789abcdef`, { ...image, kind: "other" }],
    ["no data", ids.image, null],
  ])("no job with %s", (_, id, data) => {
    expect(isKnownJob(id, data)).toBe(false);
  });

  it("what another version has put there for one of another version, whatever else it holds", () => {
    expect([hasBasics({ dialect: "9", run: "of another form", store: "s3" }), hasBasics({ dialect: "9" }), hasBasics([])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
