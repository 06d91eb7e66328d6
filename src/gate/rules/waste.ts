/** Efficiency and waste: bytes that are stored, pulled and never shown. */
import type { Waste, WasteCause } from "../../../analyzers/analysis.ts";
import { groupWaste } from "../../../analyzers/waste/groups.ts";
import { plural } from "../../terminal/format-bytes.ts";
import type { Measurement, Rule, RuleContext, Unjudged } from "../rule.ts";
import type { Evidence } from "../verdict.ts";

const fixWaste =
  "`ballast analyze IMAGE` names the layers and commands; remove files in the RUN that makes them, copy with the right owner and mode, or let `ballast squash` merge the layers";
const mostEvidence = 50;

export const wasteRules = {
  efficiency: {
    title: "Efficiency",
    meaning:
      "The part of all stored content that the final filesystem shows: final bytes divided by the bytes of all layers. 1 means nothing is wasted.",
    fix: fixWaste,
    example: "0.9",
    lowest: true,
    measure(context) {
      const { totals } = context.analysis;
      const { bytes: total } = wasted(context, () => true);
      const stored = totals.finalBytes + total;
      return { value: stored === 0 ? 1 : totals.finalBytes / stored, bytesBehind: total };
    },
  },
  "wasted-bytes": {
    title: "Wasted bytes",
    meaning:
      "Bytes that a layer stores and the final filesystem does not show, because a later layer overwrites, removes or restates them.",
    fix: fixWaste,
    example: "20MB",
    measure: (context) => bytesOf(wasted(context, () => true)),
  },
  "wasted-ratio": {
    title: "Wasted part of all bytes",
    meaning: "Wasted bytes divided by the bytes of all layers.",
    fix: fixWaste,
    example: "0.1",
    measure(context) {
      const { bytes, evidence } = wasted(context, () => true);
      const stored = context.analysis.totals.finalBytes + bytes;
      return { value: stored === 0 ? 0 : bytes / stored, evidence, bytesBehind: bytes };
    },
  },
  "user-wasted-bytes": {
    title: "Wasted bytes of your own layers",
    meaning: "As wasted-bytes, counting only what the layers above the base image store: the part you can change.",
    fix: fixWaste,
    example: "10MB",
    measure: (context) => aboveBase(context, (layers) => bytesOf(wasted(context, ({ layer }) => layer >= layers))),
  },
  "user-wasted-ratio": {
    title: "Wasted part of your own layers",
    meaning: "Bytes that the layers above the base image store in vain, divided by all bytes they store.",
    fix: fixWaste,
    example: "0.1",
    measure: (context) =>
      aboveBase(context, (layers) => {
        const { bytes, ignored, evidence } = wasted(context, ({ layer }) => layer >= layers);
        const stored = context.analysis.efficiency.user.bytes - ignored;
        return { value: stored <= 0 ? 0 : bytes / stored, evidence, bytesBehind: bytes };
      }),
  },
  "overwritten-bytes": byCause(
    "overwritten",
    "Overwritten bytes",
    "Bytes of files that a later layer replaces by other content.",
    "make the files once, or build in an earlier stage and copy the result",
  ),
  "removed-bytes": byCause(
    "removed",
    "Removed bytes",
    "Bytes of files that a later layer removes; they are still pulled and can still be read.",
    "remove files in the RUN that makes them",
  ),
  "metadata-bytes": byCause(
    "metadata",
    "Bytes stored again for metadata",
    "Bytes of files stored a second time because only mode, owner, time or attributes changed: the `RUN chmod -R` layer.",
    "use COPY --chown and --chmod, or set them in the RUN that makes the files",
  ),
  "identical-bytes": byCause(
    "identical",
    "Bytes stored again unchanged",
    "Bytes of files that a later layer stores again with nothing changed at all.",
    "leave unchanged files alone; check what a COPY or a RUN touches",
  ),
} satisfies Record<string, Rule>;

function byCause(cause: WasteCause, title: string, meaning: string, fix: string): Rule {
  return { title, meaning, fix, example: "5MB", measure: (context) => bytesOf(wasted(context, (row) => row.cause === cause)) };
}

function aboveBase({ analysis }: RuleContext, measure: (layers: number) => Measurement): Measurement | Unjudged {
  const { base } = analysis;
  if (base.from === "none") return { unjudged: "the base image is not known; name it with --base IMAGE" };
  const measurement = measure(base.layers);
  return base.from === "guess"
    ? { ...measurement, note: `the base (the lowest ${base.layers} layers) is guessed from the history; name it with --base IMAGE` }
    : measurement;
}

interface Wasted {
  readonly bytes: number;
  readonly ignored: number;
  readonly evidence: readonly Evidence[];
}

function bytesOf({ bytes, evidence }: Wasted): Measurement {
  return { value: bytes, evidence };
}

function wasted(context: RuleContext, counts: (row: Waste) => boolean): Wasted {
  let bytes = 0;
  let ignored = 0;
  const counted: Waste[] = [];
  for (const row of context.analysis.waste) {
    if (!counts(row)) continue;
    if (context.ignored({ path: row.path })) {
      ignored += row.bytes;
      continue;
    }
    bytes += row.bytes;
    counted.push(row);
  }
  const evidence = groupWaste(counted)
    .slice(0, mostEvidence)
    .map((group) => ({
      message: `${group.files === 1 ? "" : `${plural(group.files, "file")}, `}${group.cause} in layer ${group.supersededBy}, stored in layer ${group.layer}`,
      path: group.path,
      layer: group.layer,
      bytes: group.bytes,
    }));
  return { bytes, ignored, evidence };
}
