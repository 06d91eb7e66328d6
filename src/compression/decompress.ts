import type { Decompressor } from "./decompressor.ts";
import type { ReadableCompression } from "./sniff.ts";

/**
 * A Transform from a compressed blob's bytes to what is inside: all gzip members, all zstd frames, all streams of xz and bzip2. It decodes no more than its reader takes,
 * so a decompression bomb takes time but no memory here; readers that keep what comes out set a limit of their own.
 *
 * Fails with BallastError `blob-corrupt` on damaged, truncated or followed-by-garbage input; the message says what is wrong, the caller adds
 * which blob.
 */
export async function createDecompressor(kind: Exclude<ReadableCompression, "none">): Promise<Decompressor> {
  if (kind === "gzip") return new (await import("./gunzip.ts")).GunzipDecompressor();
  if (kind === "zstd") return (await import("./zstd/stream.ts")).createZstdDecompressor();
  const { GeneratedDecompressor } = await import("./generated.ts");
  return new GeneratedDecompressor(kind === "xz" ? (await import("./xz.ts")).unxz : (await import("./bunzip2.ts")).bunzip2);
}
