/**
 * Whole images for tests, from a plain description, in every shape they come in.
 *
 *     writeFileSync(path, dockerArchive({ layers: [[file("a", "1")], [whiteout("a")]], config: { Env: ["A=1"] } }, { shape: "1.10" }));
 *     writeFiles(path, ociLayout([{ layers: [{ content: [file("a")], compression: "zstd", createdBy: "COPY a" }] }]));
 */
export { buildImage, mediaTypes, sha256 } from "./image/build.ts";
export type { BuiltImage, BuiltLayer, HistoryFixture, ImageFixture, LayerFixture } from "./image/build.ts";
export { dockerArchive, dockerArchiveFiles } from "./image/docker.ts";
export type { DockerArchiveOptions } from "./image/docker.ts";
export { blobPath, filesToTar, json, writeFiles } from "./image/files.ts";
export type { Files } from "./image/files.ts";
export { ociArchive, ociLayout } from "./image/oci.ts";
