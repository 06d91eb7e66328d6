import type { Decompressor } from "./decompressor.ts";
import type { ReadableCompression } from "./sniff.ts";

/**
 * A Transform that decompresses a blob: all gzip members, all zstd frames, all streams of xz and bzip2. It decodes no more than its reader
 * takes, so a decompression bomb costs time but no memory here; readers that keep the output set a limit of their own.
 *
 * Fails with BallastError `blob-corrupt` if the input is damaged, truncated or followed by garbage; the message says what is wrong, and the
 * caller adds which blob.
 */
export async function createDecompressor(kind: Exclude<ReadableCompression, "none">): Promise<Decompressor> {
  if (kind === "gzip") return new (await import("./gunzip.ts")).GunzipDecompressor();
  if (kind === "zstd") return (await import("./zstd/stream.ts")).createZstdDecompressor();
  const { GeneratedDecompressor } = await import("./generated.ts");
  return new GeneratedDecompressor(kind === "xz" ? (await import("./xz.ts")).unxz : (await import("./bunzip2.ts")).bunzip2);
}
