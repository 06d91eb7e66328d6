/** Media types of OCI image-spec (media-types.md) and of Docker's image manifest version 2, and what Ballast makes of them. */

export const MediaType = {
  ociIndex: "application/vnd.oci.image.index.v1+json",
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociConfig: "application/vnd.oci.image.config.v1+json",
  ociEmpty: "application/vnd.oci.empty.v1+json",
  ociLayer: "application/vnd.oci.image.layer.v1.tar",
  ociLayerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  ociLayerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  dockerManifestList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  inToto: "application/vnd.in-toto+json",
} as const;

/** What an HTTP client says it accepts for a manifest. */
export const manifestMediaTypes: readonly string[] = [
  MediaType.ociIndex,
  MediaType.dockerManifestList,
  MediaType.ociManifest,
  MediaType.dockerManifest,
];

export function isIndexType(mediaType: string): boolean {
  return mediaType === MediaType.ociIndex || mediaType === MediaType.dockerManifestList;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === MediaType.ociManifest || mediaType === MediaType.dockerManifest;
}

/** Docker's retired first manifest version, plain or signed. */
export function isSchema1Type(mediaType: string): boolean {
  return /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/.test(mediaType);
}

/** Early Docker versions pushed `application/octet-stream` as config type, and Docker still accepts it. */
export function isConfigType(mediaType: string): boolean {
  return mediaType === MediaType.ociConfig || mediaType === MediaType.dockerConfig || mediaType === "application/octet-stream";
}

const layerType =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd|\+xz|\+bzip2)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd|\.xz|\.bzip2)?)$/;

/** True for a file system layer: a tar archive, plain or compressed. xz and bzip2 are in no specification, but some tools write them. */
export function isLayerType(mediaType: string): boolean {
  return layerType.test(mediaType);
}

/**
 * True for what some tools call a tar layer though no specification does: `application/tar+gzip`, Docker's types with OCI's plus sign,
 * OCI's with Docker's dot, types in capitals or with parameters. Some engines accept these and others refuse them.
 */
export function isOddLayerType(mediaType: string): boolean {
  return !isLayerType(mediaType) && !isEncryptedType(mediaType) && /^application\/(?:\S*[./+-])?(?:tar|tgz)(?:[.+; -]|$)/i.test(mediaType);
}

/** Layers that registries need not hold (Windows base layers): `foreign` in Docker's words, `nondistributable` in OCI's. */
export function isNonDistributableType(mediaType: string): boolean {
  return isLayerType(mediaType) && /\.(?:nondistributable|foreign)\./.test(mediaType);
}

/** Layers encrypted by ocicrypt carry this suffix. */
export function isEncryptedType(mediaType: string): boolean {
  return mediaType.endsWith("+encrypted");
}
