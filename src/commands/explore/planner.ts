/** What the Plan tab of the terminal UI works with: the plans of `optimize` and `squash`, and carrying them out. */
import { basename, join } from "node:path";

import type { Analysis } from "../../../analyzers/analysis.ts";
import type { PlanKind, Planner, PlanResult } from "../../../ui/session.ts";
import { BallastError } from "../../base/errors.ts";
import { executePlan } from "../../rewrite/execute-plan.ts";
import type { RewriteProgress } from "../../rewrite/execute-plan.ts";
import { keptLayers } from "../../rewrite/plan/layer-range.ts";
import { familyOf } from "../../rewrite/documents/outgoing-image.ts";
import { safeCategories } from "../../rewrite/plan/steps/drop.ts";
import { planOptimize } from "../../rewrite/plan/optimize.ts";
import { planSquash } from "../../rewrite/plan/squash.ts";
import { withStep } from "../../rewrite/plan/plan.ts";
import type { PlanSettings, Sizes } from "../../rewrite/plan/plan.ts";
import { predict } from "../../rewrite/plan/predict.ts";
import { findStoredAgain } from "../../rewrite/plan/same-content.ts";
import { sampleGzipRatio } from "../../rewrite/plan/sample-ratio.ts";
import type { Scanner } from "../../scan/scanner.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { parseDestination } from "../../transports/destination.ts";
import { openAllPlatforms } from "../../transports/open.ts";
import type { CommandIo } from "../command.ts";
import { connectionFrom } from "../flags/connection-flags.ts";
import { openOptionsFrom } from "../shared/open-image.ts";
import { flagValues } from "../flags/flag.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import { rewriteFlags, settingsFrom } from "../flags/rewrite-flags.ts";

const phases: Readonly<Record<RewriteProgress["phase"], string>> = {
  compare: "comparing with the kept layers",
  compress: "writing layers",
  write: "writing the image",
  verify: "reading the result again and comparing every path",
};

export function createPlanner(analysis: Analysis, scanner: Scanner, args: AnalysisArguments, io: CommandIo): Planner {
  const { image, tree } = analysis;
  const standard = flagValues(rewriteFlags, {}, {});
  const settings: PlanSettings = { ...settingsFrom(standard, io), manifest: familyOf(image) };
  let ratio: Promise<number | null> | null = null;
  return {
    async plan(kind) {
      if (image.platform.os === "windows") {
        throw new BallastError(
          "unsupported-image",
          `${image.reference} is a Windows image: its layers are not merged by the rules of Linux layers`,
        );
      }
      const keepLayers = keptLayers(image, standard, analysis.base.layers);
      ratio ??= analysis.totals.compressedBytes === null ? sampleGzipRatio(image, tree) : Promise.resolve(null);
      const gzipRatio = await ratio;
      const storedAgain = await findStoredAgain({ image, tree, scanner }, keepLayers);
      return kind === "squash"
        ? planSquash(analysis, { keepLayers, settings, same: storedAgain.same, gzipRatio })
        : planOptimize(analysis, {
            keepLayers,
            settings,
            drop: safeCategories,
            remove: [],
            keep: [],
            scrubSecrets: false,
            split: false,
            undoMetadata: false,
            off: [],
            storedAgain,
            gzipRatio,
            owners: null,
          }).plan;
    },
    predict,
    withStep,
    suggestDestination: (kind) => suggestDestination(analysis, kind),
    async execute(plan, destination, onProgress, signal) {
      if (destination === "-") {
        throw new BallastError("bad-argument", "an image cannot be written to standard output while it shows the screen", {
          hint: "name a file: docker-archive:FILE",
        });
      }
      const { images, verifiedPaths, notes } = await executePlan(plan, image, tree, await parseDestination(destination), {
        reopen: (name) => openAllPlatforms(name, { ...openOptionsFrom(args, io), platform: null, verify: true }),
        write: { force: false, signal, connection: connectionFrom(args) },
        verify: true,
        redactorFor,
        onProgress: ({ phase, bytes, totalBytes }) =>
          onProgress(phases[phase], totalBytes === null || totalBytes === 0 ? null : bytes / totalBytes),
      });
      return planResult(destination, images[0]!, verifiedPaths, notes);
    },
  };
}

function planResult(
  destination: string,
  figures: { readonly before: Sizes; readonly after: Sizes },
  verifiedPaths: number | null,
  notes: readonly string[],
): PlanResult {
  const side = ({ layers, uncompressed, compressed }: Sizes): PlanResult["after"] => ({
    layers,
    bytes: uncompressed,
    compressedBytes: compressed,
  });
  return {
    destination,
    before: side(figures.before),
    after: side(figures.after),
    verified: verifiedPaths === null ? [] : [`read again and compared: ${plural(verifiedPaths, "path")} as planned`],
    warnings: notes,
  };
}

/** Masks in any text of an image the secrets that its config and history hold. */
async function redactorFor(image: Analysis["image"]): Promise<(text: string) => string> {
  const { scanConfig } = await import("../../../analyzers/secrets/config/scan-config.ts");
  const { createRedactor } = await import("../../../analyzers/secrets/config/redactor.ts");
  return createRedactor(await scanConfig(image));
}

function suggestDestination({ image }: Analysis, kind: PlanKind): string {
  const suffix = kind === "squash" ? "squashed" : "slim";
  const tag = image.tags[0] ?? image.reference;
  const name = basename(tag.replace(/\.tar$/, "").replace(/[:@].*$/, "")).replace(/[^\w.-]+/g, "-") || "image";
  return `docker-archive:${join(".", `${name}-${suffix}.tar`)}`;
}
