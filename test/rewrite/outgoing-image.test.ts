/** What the manifest of a rewritten image no longer says is told, not lost in silence. */
import { expect, it } from "vitest";

import { lostKeys } from "../../src/rewrite/documents/outgoing-image.ts";
import { memoryImage } from "../helpers/image/memory-image.ts";
import { tar } from "../helpers/tar-fixture.ts";

const image = memoryImage([tar([])]);
const lostOf = (manifest: object | null): string[] =>
  lostKeys({ ...image, manifestBytes: manifest === null ? null : Buffer.from(JSON.stringify(manifest)) });

it("names the subject and the artifact type, of which the new manifest has none", () => {
  expect(lostOf({ schemaVersion: 2, config: {}, layers: [], annotations: {}, subject: {}, artifactType: "a/b" })).toEqual([
    "subject",
    "artifactType",
  ]);
  expect(lostOf({ schemaVersion: 2, mediaType: "m", config: {}, layers: [] })).toEqual([]);
  expect(lostOf(null)).toEqual([]);
});
