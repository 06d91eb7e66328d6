/** Sizes of a rewritten image and its original, and notes if it did not become smaller. */
import type { FileTree } from "../filesystem/file-tree.ts";
import { formatBytes } from "../terminal/format-bytes.ts";
import type { OutgoingImage } from "../transports/transport.ts";
import type { Plan, Sizes } from "./plan/plan.ts";
import { compressionFactor, predict } from "./plan/figures/predict.ts";
import type { RewrittenImage } from "./rewrite-image.ts";

export interface RewrittenFigures {
  /** True when the source's layers are uncompressed: the rewritten ones then count in `before` as gzip would compress them. */
  readonly estimated: boolean;
  readonly before: Sizes & { readonly efficiency: number };
  readonly after: Sizes & { readonly efficiency: number };
}

export function figuresOf(plan: Plan, tree: FileTree, rewritten: RewrittenImage): RewrittenFigures {
  const { figures, baseLayers } = plan;
  const { outgoing, contentBytes, keptLayers } = rewritten;
  const wasted = tree.deaths.reduce((sum, { inode }) => sum + inode.bytes, 0);
  const final = figures.totalBytes - wasted;
  const stored = storedBytes(outgoing.layers);
  const shared = keptLayers >= baseLayers ? storedBytes(outgoing.layers.slice(0, baseLayers)) : 0;
  const total = keptLayers === plan.image.layers ? figures.totalBytes : figures.keptBytes + contentBytes;
  const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : Math.min(1, part / whole));
  return {
    before: { ...predict(asMeasured(plan, rewritten)).before, efficiency: ratio(final, figures.totalBytes) },
    estimated: figures.storedBytes === null,
    after: {
      layers: outgoing.layers.length,
      uncompressed: total,
      compressed: stored,
      afterSharing: stored - shared,
      efficiency: ratio(final, total),
    },
  };
}

/** Bytes that the layers take in the registry or archive. */
export function storedBytes(layers: OutgoingImage["layers"]): number {
  return layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}

/** Notes when layers grew because the original was compressed with more effort, and what would help. */
export function grownNotes({ settings }: Plan, { before, after, estimated }: RewrittenFigures): string[] {
  const grown = estimated || before.compressed === null ? 0 : after.compressed! - before.compressed;
  if (grown <= 0 || settings.compression.kind === "none") return [];
  const { kind, level } = settings.compression;
  const harder = kind === "zstd" ? [] : ["zstd"];
  if (kind === "zstd" && level < 19) harder.unshift("zstd:19");
  if (kind === "gzip" && level < 9) harder.unshift("gzip:9");
  const hint = harder.length === 0 ? "" : `; --compression ${harder.join(" or ")} makes it smaller`;
  return [
    `the new image takes ${formatBytes(grown)} more than the original, whose layers are compressed harder than ${kind}:${level} does${hint}`,
  ];
}

/** If the source is uncompressed, its figures are corrected by what was written: gzip's ratio, and the stored sizes of kept layers. */
function asMeasured(plan: Plan, { storedRatio, outgoing }: RewrittenImage): Plan {
  const { figures, settings, baseLayers, keepLayers } = plan;
  const stored = (count: number): number => storedBytes(outgoing.layers.slice(0, count));
  const kept = { keptStoredBytes: stored(keepLayers), ...(baseLayers <= keepLayers && { baseStoredBytes: stored(baseLayers) }) };
  if (figures.storedBytes !== null) {
    const isPlain = outgoing.layers.slice(0, keepLayers).some(({ descriptor }) => descriptor.mediaType.endsWith(".tar"));
    const measured = figures.storedBytes - figures.keptStoredBytes + kept.keptStoredBytes;
    return isPlain ? { ...plan, figures: { ...figures, ...kept, storedBytes: measured } } : plan;
  }
  const isTold = figures.ratioFrom !== "sample" && storedRatio !== null && settings.compression.kind !== "none";
  const gzipRatio = isTold ? Math.min(1, storedRatio / compressionFactor(settings.compression)) : figures.gzipRatio;
  return { ...plan, figures: { ...figures, gzipRatio, ...kept } };
}
