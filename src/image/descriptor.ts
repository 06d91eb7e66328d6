import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";

/** OCI image-spec, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes of the blob as stored. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly urls?: readonly string[];
  readonly artifactType?: string;
  /** The blob itself, where it is small enough to be embedded; not verified yet. */
  readonly data?: Buffer;
}
