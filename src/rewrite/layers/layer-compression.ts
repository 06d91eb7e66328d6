import { sniffCompression } from "../../compression/sniff.ts";
import type { Layer } from "../../image/image.ts";

const headBytes = 512;

/** How the blob is really wrapped, by its first bytes; null for what no manifest has a media type for (bzip2, xz). */
export async function layerCompression(layer: Layer): Promise<"none" | "gzip" | "zstd" | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of (await layer.open({ start: 0, end: headBytes })) as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= headBytes) break;
  }
  const kind = sniffCompression(Buffer.concat(pieces));
  return kind === "none" || kind === "gzip" || kind === "zstd" ? kind : null;
}
