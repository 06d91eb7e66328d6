/** How large the image is, and how much larger than before. */
import { liveNodes } from "../../filesystem/live-files.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { Measurement, Rule, RuleContext, Unjudged } from "../rule.ts";

const fixSize =
  "a smaller base, fewer packages (`--no-install-recommends`), a second build stage; `ballast analyze IMAGE` shows what is large";

export const sizeRules = {
  "image-size": {
    title: "Image size",
    meaning: "Content bytes of all layers, uncompressed: what the image takes on a host's disk.",
    fix: fixSize,
    example: "500MB",
    measure: ({ analysis }) => ({ value: analysis.totals.totalBytes }),
  },
  "compressed-size": {
    title: "Compressed size",
    meaning: "Bytes of the layers as stored: what a registry keeps and a pull moves.",
    fix: `${fixSize}; \`ballast optimize\` compresses layers better`,
    example: "200MB",
    measure: ({ analysis }) =>
      analysis.totals.compressedBytes === null ? { unjudged: uncompressed } : { value: analysis.totals.compressedBytes },
  },
  "user-size": {
    title: "Size of your own layers",
    meaning: "Content bytes of the layers above the base image.",
    fix: fixSize,
    example: "100MB",
    measure: ({ analysis }) =>
      analysis.base.from === "none"
        ? { unjudged: "the base image is not known; name it with --base IMAGE" }
        : { value: analysis.efficiency.user.bytes },
  },
  "layer-count": {
    title: "Layers",
    meaning: "Number of layers. Engines mount at most about 127, and every layer costs a request in a pull.",
    fix: "join RUN steps that belong together, or `ballast squash --last N`",
    example: "20",
    measure: ({ analysis }) => ({ value: analysis.layers.length }),
  },
  "largest-layer": {
    title: "Largest layer",
    meaning:
      "Content bytes of the largest layer. A large layer is pulled by one connection and is stored again whole when anything in it changes.",
    fix: "separate what changes often from what does not",
    example: "200MB",
    measure({ analysis }) {
      const largest = analysis.layers.toSorted((a, b) => b.bytes - a.bytes)[0];
      if (largest === undefined) return { value: 0 };
      return {
        value: largest.bytes,
        evidence: [{ message: `layer ${largest.index}: ${largest.createdBy || "no history"}`, layer: largest.index, bytes: largest.bytes }],
      };
    },
  },
  "largest-file": {
    title: "Largest file",
    meaning: "Bytes of the largest file of the final filesystem.",
    fix: "keep archives, databases and models out of the image, or in a layer of their own",
    example: "100MB",
    measure(context) {
      let bytes = 0;
      let found: { readonly path: string; readonly layer: number } | null = null;
      for (const { path: name, inode } of largestFirst(context)) {
        const path = displayPath(name);
        if (context.ignored({ path })) continue;
        [bytes, found] = [inode.bytes, { path, layer: inode.layer }];
        break;
      }
      return { value: bytes, evidence: found === null ? [] : [{ ...found, message: "the largest file", bytes }] };
    },
  },
  "growth-bytes": growth("Growth", "bytes", "Content bytes of all layers, less those of the baseline.", "5MB", "totalBytes"),
  "growth-percent": growth(
    "Growth in per cent",
    "percent",
    "Growth of the content bytes of all layers over the baseline, in per cent.",
    '"5%"',
    "totalBytes",
  ),
  "compressed-growth-bytes": growth(
    "Compressed growth",
    "bytes",
    "Stored bytes of all layers, less those of the baseline.",
    "5MB",
    "compressedBytes",
  ),
  "compressed-growth-percent": growth(
    "Compressed growth in per cent",
    "percent",
    "Growth of the stored bytes of all layers over the baseline, in per cent.",
    '"5%"',
    "compressedBytes",
  ),
} satisfies Record<string, Rule>;

const uncompressed =
  "this source holds layers uncompressed, so what a registry stores is not known; check the pushed image, or an archive with compressed layers";

function largestFirst({
  analysis,
}: RuleContext): { readonly path: string; readonly inode: { readonly bytes: number; readonly layer: number } }[] {
  const files = [...liveNodes(analysis.tree)].filter(({ inode }) => inode.bytes > 0);
  return files.sort((a, b) => b.inode.bytes - a.inode.bytes);
}

function growth(
  title: string,
  unit: "bytes" | "percent",
  meaning: string,
  example: string,
  figure: "totalBytes" | "compressedBytes",
): Rule {
  return {
    title,
    meaning: `${meaning} The baseline is yesterday's image or report: --baseline IMAGE or --baseline report.json.`,
    fix: "`ballast diff BASELINE IMAGE` shows what was added; raise the budget only when that is wanted",
    example,
    measure({ analysis, baseline }): Measurement | Unjudged {
      if (baseline === null) return { unjudged: "there is nothing to compare with; give --baseline IMAGE or --baseline report.json" };
      // Stored sizes come from the manifest, whose digest was checked.
      if (baseline.claimedLayers > 0 && figure === "totalBytes") {
        const layers = plural(baseline.claimedLayers, "layer");
        return {
          unjudged: `of ${layers} of the baseline ${baseline.name} only its pusher's table of contents is known; write the report with \`ballast check --format json=FILE\`, which reads the layers`,
        };
      }
      const [before, after] = [baseline[figure], analysis.totals[figure]];
      if (after === null) return { unjudged: uncompressed };
      if (before === null) return { unjudged: `the baseline ${baseline.name} does not say how large it is compressed` };
      if (unit === "bytes") return { value: after - before };
      if (before === 0)
        return after === 0 ? { value: 0 } : { unjudged: `the baseline ${baseline.name} is empty, so there is no percentage` };
      return { value: ((after - before) / before) * 100, bytesBehind: after - before };
    },
  };
}
