/**
 * The registries of the trade, as far as clients can tell them apart: modelled on their documentation and on public reports of what clients
 * met with there, each named beside what it shows. No two agree.
 */
import type { Oddities } from "./zoo-registry.ts";

const bearer = { kind: "bearer", username: "ci", password: "s3cret" } as const;
const basic = { kind: "basic", username: "ci", password: "s3cret" } as const;

/** `store` is the address of another host, where blobs lie. */
export const zoo: Readonly<Record<string, (store: string) => Oddities>> = {
  // 201 to PATCH (regclient#81, mise#11376); Basic with a token as password; layers in S3; mounts only where the registry has them switched
  // on: https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
  ECR: (store) => ({ login: basic, patchStatus: 201, blobRedirect: store, mount: "ignored", location: "absolute" }),
  // Content behind another host (pkg-containers.githubusercontent.com); a mount without rights to the source is refused (containerd#14086).
  GHCR: (store) => ({ login: bearer, blobRedirect: store, mount: 403 }),
  // Signed state in the upload's query; a mount wants a token for both repositories (oras-project/rust-oci-client#235):
  // https://docs.docker.com/reference/api/registry/latest/
  "Docker Hub": (store) => ({ login: bearer, blobRedirect: store, mount: "mounts", location: "with-query" }),
  // Absolute addresses made of external_url; 401 to a mount from a project that is not there or not ours (goharbor/harbor#17097, oras#1924).
  Harbor: () => ({ login: bearer, mount: 401, location: "absolute" }),
  // Relative addresses, redirects to S3; mounts, but 400 where the source is left out before 3.7 (quay/quay#899).
  Quay: (store) => ({ login: bearer, blobRedirect: store, mount: "mounts" }),
  // Absolute addresses, also of what was mounted (estesp/manifest-tool#98). Basic, 200 to manifests and no digest: met behind its caches.
  Artifactory: () => ({ login: basic, mount: "mounts", manifestStatus: 200, location: "absolute", withoutDigest: true }),
  // Of two scopes the token server minds one (estesp/manifest-tool#53, GoogleContainerTools/kaniko#181).
  GitLab: () => ({ login: bearer, oneScope: true, mount: "mounts" }),
  // 307 to a data endpoint for layers, whose links are good for 20 minutes, while uploads stay at the login server:
  // https://learn.microsoft.com/azure/container-registry/container-registry-dedicated-data-endpoints; tokens end (Azure/acr#191).
  ACR: (store) => ({ login: bearer, tokenUses: 8, blobRedirect: store, mount: "mounts", location: "with-query" }),
  // Uploads and downloads under paths outside of /v2/; no blob in pieces (https://cloud.google.com/artifact-registry/docs/reference/docker-api,
  // quoted in dotnet/sdk-container-builds#287).
  GAR: () => ({ login: bearer, blobRedirect: "own-path", location: "own-path", mount: "ignored", onePatch: true }),
  // 204 to PATCH (pulp/pulp_container#2199), Content-Range with every piece, no mounts (pulp/pulp_container#494).
  Pulp: () => ({ login: bearer, patchStatus: 204, wantsContentRange: true, blobRedirect: "own-path", mount: 400, missingBlob: 404 }),
  // A status of its own for mounts (gardener/cc-utils#1665), 403 instead of 404 to who may not read, PATCH without a new address.
  Nexus: () => ({ login: basic, mount: 405, missingBlob: 403, silentPatch: true, location: "absolute" }),
  // A token is good for three requests, whoever sends them.
  "short tokens": () => ({ login: bearer, tokenUses: 3, mount: 403 }),
  // What the specification has and hardly anybody does.
  "to the letter": () => ({ mount: "mounts", redirectsWrites: true, location: "name-only" }),
  // One request for all of it, as the specification lets a registry insist on.
  monolithic: () => ({ mount: 501, withoutPatch: 405, putStatus: 200 }),
  careless: () => ({ mount: 500, postStatus: 200, patchStatus: 204, putStatus: 202, manifestStatus: 204, withoutRange: true }),
};
