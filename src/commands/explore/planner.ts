/** Makes and carries out the plans of `optimize` and `squash` for the Plan tab of the terminal UI. */
import { basename, join } from "node:path";

import type { Analysis } from "../../../analyzers/analysis.ts";
import type { PlanKind, PlanResult } from "../../../ui/session.ts";
import { BallastError } from "../../base/errors.ts";
import { carryOut } from "../../operations/carry-out.ts";
import { planRewrite, recommendedRange, recommendedSteps } from "../../operations/plan-image.ts";
import type { RewriteJob, RewriteProgress } from "../../rewrite/execute-plan.ts";
import type { Plan, Sizes } from "../../rewrite/plan/plan.ts";
import type { Scanner } from "../../scan/scanner.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { parseDestination } from "../../transports/destination.ts";
import type { CommandIo } from "../command.ts";
import { connectionFrom } from "../flags/connection-flags.ts";
import { compressionAt, familyAt } from "../shared/fit-destination.ts";
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

export interface EnginePlanner {
  /** @throws {BallastError} unsupported-image, and whatever reading a sample throws */
  plan(kind: PlanKind): Promise<Plan>;
  suggestDestination(kind: PlanKind): string;
  /** @throws {BallastError} if the image cannot be written; nothing is left behind then */
  execute(
    plan: Plan,
    destination: string,
    options: {
      readonly force: boolean;
      readonly onProgress: (what: string, ratio: number | null) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<PlanResult>;
}

export function createPlanner(analysis: Analysis, scanner: Scanner, args: AnalysisArguments, io: CommandIo): EnginePlanner {
  const { image, tree } = analysis;
  const settings = settingsFrom(flagValues(rewriteFlags, {}, {}), io);
  // Computed for a plan, and reused when it is carried out.
  let uses: RewriteJob["uses"] = null;
  return {
    async plan(kind) {
      const optimize = kind === "squash" ? null : recommendedSteps;
      const planned = await planRewrite(analysis, scanner, { range: recommendedRange, settings, optimize });
      uses = planned.uses;
      return planned.plan;
    },
    suggestDestination: (kind) => suggestDestination(analysis, kind),
    async execute(plan, destination, { force, onProgress, signal }) {
      if (destination === "-") {
        throw new BallastError("bad-argument", "an image cannot be written to standard output while it shows the screen", {
          hint: "name a file: docker-archive:FILE",
        });
      }
      // A given password is for one registry, which may be that of the destination.
      const named = { ...args, output: destination };
      const place = await parseDestination(destination);
      const manifest = familyAt(place) ?? plan.settings.manifest;
      const fitting = { ...plan, settings: { ...plan.settings, manifest, compression: compressionAt(place) ?? plan.settings.compression } };
      const { images, verifiedPaths, usedPaths, notes } = await carryOut([{ plan: fitting, image, tree, uses }], place, {
        open: openOptionsFrom(named, io),
        write: { force, signal, connection: connectionFrom(named) },
        verify: true,
        onProgress: ({ phase, bytes, totalBytes }) =>
          onProgress(phases[phase], totalBytes === null || totalBytes === 0 ? null : bytes / totalBytes),
      });
      return planResult(destination, images[0]!, [verifiedPaths, usedPaths], notes);
    },
  };
}

function planResult(
  destination: string,
  figures: { readonly before: Sizes; readonly after: Sizes },
  [verifiedPaths, usedPaths]: readonly [verified: number | null, used: number | null],
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
    verified: [
      ...(verifiedPaths === null ? [] : [`read again and compared: ${plural(verifiedPaths, "path")} as planned`]),
      ...(usedPaths === null || usedPaths === 0 ? [] : [`${plural(usedPaths, "path")} that the image uses resolve as before`]),
    ],
    warnings: notes,
  };
}

function suggestDestination({ image }: Analysis, kind: PlanKind): string {
  const suffix = kind === "squash" ? "squashed" : "slim";
  const tag = image.tags[0] ?? image.reference;
  const name = basename(tag.replace(/\.tar$/, "").replace(/[:@].*$/, "")).replace(/[^\w.-]+/g, "-") || "image";
  return `docker-archive:${join(".", `${name}-${suffix}.tar`)}`;
}
