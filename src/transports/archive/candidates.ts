/** The images of an archive, which may be a docker-archive, an OCI layout, or both at once. */
import { displayBytes } from "../../filesystem/paths.ts";
import { BallastError } from "../../base/errors.ts";
import type { TransportName } from "../../image/image.ts";
import type { Warning } from "../../image/warning.ts";
import type { ArchiveSource, BlobSource, StoredBlob } from "../source/blob-source.ts";
import { mergeCandidates } from "../source/candidate.ts";
import type { Candidate } from "../source/candidate.ts";
import { layoutCandidates, layoutMarkerWarning } from "../layout/candidates.ts";
import { dockerCandidates } from "./docker-candidates.ts";

export interface ArchiveContent {
  readonly candidates: readonly Candidate[];
  readonly transport: TransportName;
  readonly warnings: readonly Warning[];
}

/**
 * When both tables of contents exist, index.json is used: it has digests for everything, and containerd's store reads it. If they
 * disagree and the archive was asked for as `docker-archive:`, manifest.json is used.
 * @throws {BallastError} not-an-image, unsupported-image, manifest-invalid, …
 */
export async function archiveContent(
  source: ArchiveSource,
  asked: "docker-archive" | "oci-archive" | null,
  verify: boolean,
): Promise<ArchiveContent> {
  const manifest = await source.find("manifest.json");
  const hasIndex = (await source.find("index.json")) !== null;
  if (!hasIndex) {
    if (manifest === null) throw await explain(source);
    return { candidates: await dockerCandidates(source, manifest, verify), transport: "docker-archive", warnings: [] };
  }
  if (manifest === null) {
    return { candidates: await layoutCandidates(source, verify), transport: "oci-archive", warnings: await layoutMarkerWarning(source) };
  }
  return bothContents(source, manifest, asked, verify);
}

async function bothContents(
  source: BlobSource,
  manifest: StoredBlob,
  asked: "docker-archive" | "oci-archive" | null,
  verify: boolean,
): Promise<ArchiveContent> {
  const transport = asked ?? "docker-archive";
  const [oci, docker] = await Promise.all([attempt(layoutCandidates(source, verify)), attempt(dockerCandidates(source, manifest, verify))]);
  const ociWorks = oci.candidates.some(({ problem }) => problem === null);
  const dockerWorks = docker.candidates.some(({ problem }) => problem === null);
  if (!ociWorks && dockerWorks) {
    const reason = oci.error ?? oci.candidates[0]?.problem?.error;
    // For an image without a name, Docker 25 to 28 leaves index.json empty.
    if (reason === undefined) return { candidates: docker.candidates, transport, warnings: [] };
    const message = `index.json of ${source.name} leads to no whole image (${reason.message}); manifest.json was read instead`;
    return { candidates: docker.candidates, transport, warnings: [{ code: "archive-disagreement", message }] };
  }
  if (oci.error !== null) throw oci.error;
  const difference = dockerWorks ? firstDifference(mergeCandidates(oci.candidates), docker.candidates) : null;
  if (difference === null) return { candidates: oci.candidates, transport, warnings: [] };
  const useDocker = asked === "docker-archive";
  const [read, other] = useDocker ? ["manifest.json", "index.json"] : ["index.json", "manifest.json"];
  const message =
    `index.json and manifest.json of ${source.name} describe different images (${difference}): Docker with its classic store loads ` +
    `the one in manifest.json, containerd and Docker with containerd's store the one in index.json; ${read} was read, not ${other}`;
  return {
    candidates: useDocker ? docker.candidates : oci.candidates,
    transport,
    warnings: [{ code: "archive-disagreement", message }],
  };
}

async function attempt(made: Promise<Candidate[]>): Promise<{ candidates: readonly Candidate[]; error: BallastError | null }> {
  try {
    return { candidates: await made, error: null };
  } catch (error) {
    if (error instanceof BallastError) return { candidates: [], error };
    throw error;
  }
}

/** The first contradiction between manifest.json and index.json; listing less (one platform of several) is none. */
function firstDifference(oci: readonly Candidate[], docker: readonly Candidate[]): string | null {
  for (const row of docker) {
    if (row.problem !== null) continue;
    const twin = oci.find(({ configDigest }) => configDigest === row.configDigest);
    const name = row.tags[0] ?? `config ${row.digest}`;
    if (twin === undefined) return `${name} has the config ${row.digest} in manifest.json only`;
    const layers = row.layerDigests;
    if (layers.some((digest, index) => digest !== null && twin.layerDigests[index] !== digest)) return `${name} has other layers`;
    const namesake = sharesName(twin, row) ? undefined : oci.find((other) => sharesName(other, row));
    if (namesake !== undefined) return `${name} has the config ${row.digest} in manifest.json and ${namesake.configDigest} in index.json`;
  }
  return null;
}

function sharesName(a: Candidate, b: Candidate): boolean {
  return a.tags.some((tag) => b.tags.includes(tag));
}

/** The error for an archive without a table of contents, saying what it may be. */
async function explain(source: ArchiveSource): Promise<BallastError> {
  if (!source.hasEnd) {
    return new BallastError(
      "blob-corrupt",
      `${source.name} is cut off: it stops without an end mark, before manifest.json or index.json came`,
    );
  }
  if ((await source.find("repositories")) !== null) {
    return new BallastError("unsupported-image", `${source.name} was saved by Docker before 1.10: it has no manifest.json`, {
      hint: "load it with a Docker before 27 and save it again",
    });
  }
  let members = 0;
  for (const path of source.paths() ?? []) {
    members += 1;
    if (/^[^/]+\/Chart\.yaml$/.test(path))
      return new BallastError("unsupported-image", `${source.name} is a Helm chart, not a container image`);
    if (/^(?:bin|etc|usr|lib)\//.test(path)) {
      return new BallastError("not-an-image", `${source.name} is the archive of a file system, not of an image`, {
        hint: "make an image of it with `docker import`, then save that",
      });
    }
    const folder = /^(.+)\/(?:oci-layout|repositories)$/s.exec(path)?.[1];
    if (folder !== undefined) {
      return new BallastError("not-an-image", `${source.name} holds an image in a folder, ${displayBytes(folder)}, where no engine looks`, {
        hint: "unpack it and open that folder, or pack what is in the folder: tar -C FOLDER -cf FILE .",
      });
    }
  }
  const what = members === 0 ? "is an empty archive" : "is a tar archive, but of no image: it has neither manifest.json nor index.json";
  return new BallastError("not-an-image", `${source.name} ${what}`);
}
