import { sniffCompression } from "../../compression/sniff.ts";
import type { SniffedCompression } from "../../compression/sniff.ts";
import type { Layer } from "../../image/image.ts";

const headBytes = 512;

/** How the blob is really compressed, by its first bytes; `unknown` if it is encrypted, for example. */
export async function layerCompression(layer: Layer): Promise<SniffedCompression> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of (await layer.open({ start: 0, end: headBytes })) as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= headBytes) break;
  }
  return sniffCompression(Buffer.concat(pieces));
}
