/** What the place that an image is written to decides, where the person did not. */
import type { Compression } from "../../rewrite/plan/plan.ts";
import { defaultSettings } from "../../rewrite/plan/squash.ts";
import type { Destination } from "../../transports/transport.ts";

/** An OCI layout holds OCI manifests, whatever the source had: umoci and others read no other there. */
export function familyAt(destination: Destination | null): "oci" | null {
  return destination?.transport === "oci" || destination?.transport === "oci-archive" ? "oci" : null;
}

/** Null where layers may stay zstd if the source's are. Archives for `docker load` and engines get what every version of them reads. */
export function compressionAt(destination: Destination | null): Compression | null {
  const keepsZstd = destination === null || destination.transport === "docker" || familyAt(destination) === "oci";
  return keepsZstd ? null : defaultSettings.compression;
}
