/** dive's three rules, with dive's formulas, strictness and oddities; only the notes are our own. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { formatBytes, formatPercent } from "../../terminal/format-bytes.ts";
import type { Rule } from "../rule.ts";
import type { Evidence } from "../verdict.ts";

const fix = "`ballast analyze IMAGE` names what is really wasted, with layers and commands";

export const diveRules = {
  lowestEfficiency: {
    title: "Efficiency by dive",
    meaning:
      "dive's efficiency score: for every path the smallest size it has in any layer, added up, divided by all sizes of all paths. Fails when lower; equal passes.",
    fix,
    example: "0.9",
    lowest: true,
    measure: ({ analysis }) => ({
      value: analysis.efficiency.dive.efficiency,
      bytesBehind: analysis.efficiency.dive.wastedBytes,
      ...noteOf(analysis),
    }),
  },
  highestWastedBytes: {
    title: "Wasted bytes by dive",
    meaning:
      "dive's wasted bytes: all copies of every path that stands in more than one layer, the one that must stay included. Fails when higher; equal passes.",
    fix,
    example: "20MB",
    measure: ({ analysis }) => ({ value: analysis.efficiency.dive.wastedBytes, evidence: rows(analysis), ...noteOf(analysis) }),
  },
  highestUserWastedPercent: {
    title: "Wasted part of upper layers by dive",
    meaning:
      "dive's wasted bytes divided by the bytes of all layers but the lowest, as a ratio from 0 to 1. Fails when higher; equal passes, and so does an image of one layer.",
    fix,
    example: "0.1",
    measure({ analysis }) {
      const { wastedBytes, userSizeBytes } = analysis.efficiency.dive;
      // For a single layer dive gets 0/0, and every comparison with that is false.
      const single = wastedBytes === 0 && userSizeBytes === 0;
      const value = single ? 0 : wastedBytes / userSizeBytes;
      return {
        value,
        bytesBehind: wastedBytes,
        text: single ? "no bytes above the lowest layer" : value === Infinity ? "all" : `${(value * 100).toFixed(2)} %`,
        ...noteOf(analysis),
      };
    },
  },
} satisfies Record<string, Rule>;

function rows({ efficiency }: Analysis): Evidence[] {
  return efficiency.dive.inefficiencies.slice(0, 50).map(({ path, count, bytes }) => ({ message: `stored ${count} times`, path, bytes }));
}

/** A note where dive's figure is far from the truth. */
function noteOf({ totals, efficiency }: Analysis): { readonly note?: string } {
  const { dive, score } = efficiency;
  const apart = Math.abs(dive.wastedBytes - totals.wastedBytes);
  if (apart <= Math.max(1000, 0.01 * totals.totalBytes) && Math.abs(dive.efficiency - score) <= 0.01) return {};
  return {
    note: `dive counts ${formatBytes(dive.wastedBytes)} wasted at ${formatPercent(dive.efficiency)} efficiency; what can really be saved is ${formatBytes(totals.wastedBytes)}, efficiency ${formatPercent(score)} (docs/check.md)`,
  };
}
