/**
 * The registries of the trade, as far as clients can tell them apart: modelled on their documentation and on public reports of what clients
 * met with there. No two agree.
 */
import type { Oddities } from "./zoo-registry.ts";

const bearer = { kind: "bearer", username: "ci", password: "s3cret" } as const;
const basic = { kind: "basic", username: "ci", password: "s3cret" } as const;

/** `store` is the address of another host, where blobs lie. */
export const zoo: Readonly<Record<string, (store: string) => Oddities>> = {
  // 201 to PATCH, Basic with a token as password, blobs in S3, no mount before 2025 (regclient#81, containers-roadmap#2831).
  ECR: (store) => ({ login: basic, patchStatus: 201, blobRedirect: store, mount: "ignored", location: "absolute" }),
  // Content behind another host; a mount without rights to the source is refused.
  GHCR: (store) => ({ login: bearer, blobRedirect: store, mount: 403 }),
  // Signed state in the upload's query; tokens for one repository each.
  "Docker Hub": (store) => ({ login: bearer, blobRedirect: store, mount: "mounts", location: "with-query" }),
  // Absolute addresses made of external_url; a mount from another project needs rights there.
  Harbor: () => ({ login: bearer, mount: 401, location: "absolute" }),
  // No mounts, relative addresses, redirects to S3.
  Quay: (store) => ({ login: bearer, blobRedirect: store, mount: "ignored" }),
  // Asks for Basic, answers 200 to manifests, hides digests behind caches.
  Artifactory: () => ({ login: basic, mount: 404, manifestStatus: 200, location: "absolute", withoutDigest: true }),
  // The token server refuses a scope that reaches further than the account.
  GitLab: () => ({ login: bearer, oneScope: true, mount: "mounts" }),
  // Redirects blobs, short tokens, addresses with a query.
  ACR: (store) => ({ login: bearer, tokenUses: 8, blobRedirect: store, mount: "mounts", location: "with-query" }),
  // Uploads and downloads under paths outside of /v2/.
  GAR: () => ({ login: bearer, blobRedirect: "own-path", location: "own-path", mount: "ignored" }),
  // Wants Content-Range with every piece.
  Pulp: () => ({ login: bearer, wantsContentRange: true, blobRedirect: "own-path", mount: 400, missingBlob: 404 }),
  // 405 to mounts, tells strangers 403 instead of 404, PATCH without a new address.
  Nexus: () => ({ login: basic, mount: 405, missingBlob: 403, silentPatch: true, location: "absolute" }),
  // A token is good for three requests, whoever sends them.
  "short tokens": () => ({ login: bearer, tokenUses: 3, mount: 403 }),
  // What the specification has and hardly anybody does.
  "to the letter": () => ({ mount: "mounts", redirectsWrites: true, location: "name-only" }),
  // One request for all of it, as the specification lets a registry insist on.
  monolithic: () => ({ mount: 501, withoutPatch: 405, putStatus: 200 }),
  careless: () => ({ mount: 500, postStatus: 200, patchStatus: 204, putStatus: 202, manifestStatus: 204, withoutRange: true }),
};
