/** What standard error says of each layer while an image is scanned: how much came, how fast, what was known already. */
import type { LoadHooks } from "../../operations/analysis/load-tree.ts";
import { shortDigest } from "../../image/digest.ts";
import type { Image } from "../../image/image.ts";
import type { LayerScan } from "../../scan/layer-scan.ts";
import { formatBytes } from "../../terminal/format-bytes.ts";
import type { Progress } from "../../terminal/progress.ts";

/** Bytes count towards the line that is rewritten. Layers that come over a network get a line of their own that stays. */
export function layerProgress(image: Image, progress: Progress): LoadHooks {
  const isRemote = image.transferredBytes() !== null;
  const started = new Map<number, number>();
  const begun = Date.now();
  return {
    onBytes: (layer, bytes) => {
      if (!started.has(layer)) started.set(layer, Date.now());
      progress.add(bytes);
    },
    onLayer: (index, scan) => {
      if (!isRemote) return;
      const seconds = (Date.now() - (started.get(index) ?? begun)) / 1000;
      progress.line(`layer ${index}  ${layerLine(scan, image, index, seconds)}`);
    },
  };
}

function layerLine(scan: LayerScan, image: Image, index: number, seconds: number): string {
  const layer = image.layers[index]!;
  const name = shortDigest(layer.digest ?? layer.diffId);
  const size = formatBytes(scan.storedBytes);
  if (scan.fromCache) return `${name}  ${size}, known: not fetched`;
  if (scan.warnings.some(({ code }) => code === "read-by-toc")) return `${name}  ${size}, only its table of contents was fetched`;
  const rate = seconds > 0.2 ? `, ${formatBytes(scan.storedBytes / seconds)}/s` : "";
  return `${name}  ${size}${rate}`;
}
