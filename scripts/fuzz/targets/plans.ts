/** Plan files that a stranger edited, carried out: the result is what the plan says, proved, or there is none. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadRules } from "../../../analyzers/secrets/match/user/load-rules.ts";
import { dockerArchive } from "../../../test/helpers/image-fixture.ts";
import type { LayerFixture } from "../../../test/helpers/image-fixture.ts";
import { file, symlink, whiteout } from "../../../test/helpers/tar-fixture.ts";
import type { Analysis } from "../../../analyzers/analysis.ts";
import { analyzeImage } from "../../../src/operations/analyze-image.ts";
import { carryOut } from "../../../src/operations/carry-out.ts";
import { planRewrite, recommendedRange, recommendedSteps } from "../../../src/operations/plan-image.ts";
import { renderPlan } from "../../../src/report/text/plan-text.ts";
import { parsePlans, planFor } from "../../../src/rewrite/plan/json.ts";
import { defaultSettings } from "../../../src/rewrite/plan/squash.ts";
import { Scanner } from "../../../src/scan/scanner.ts";
import { parseDestination } from "../../../src/transports/destination.ts";
import { openImage } from "../../../src/transports/open.ts";
import { richImage } from "../images.ts";
import { hostileText, mutateJson } from "../mutate.ts";
import { Finding, plainText, refusal } from "../oracles.ts";
import type { Outcome } from "../oracles.ts";
import type { Random } from "../random.ts";
import type { Target } from "../target.ts";

export const plans: Target = {
  name: "plans",
  weight: 2,
  run: async (random, directory) => {
    const archive = join(directory, "image.tar");
    writeFileSync(archive, dockerArchive(richImage(layers(random))));
    const rules = await loadRules();
    const scanner = new Scanner({ verify: true, rules: { id: rules.id, options: rules.options }, cacheDirectory: null, workers: 0 });
    try {
      const image = await openImage(archive, { platform: null, verify: true, connection: {} });
      try {
        return await planAndCarryOut(
          random,
          directory,
          scanner,
          await analyzeImage(image, { scanner, secrets: { mode: "full", rules: async () => rules } }),
        );
      } finally {
        await image.close();
      }
    } catch (error) {
      return refusal(error);
    } finally {
      await scanner.close();
    }
  },
};

/** Layers that are read: what is broken here is the plan. */
function layers(random: Random): LayerFixture[] {
  const folder = (): string => random.of(["a", "b", "usr/lib", "etc", "app/.git", "var/cache/apt", "tmp"]);
  return Array.from({ length: 1 + random.below(4) }, () => ({
    content: random.times(12, (index) => {
      const path = `${folder()}/${random.below(4)}`;
      if (random.oneIn(6)) return whiteout(path);
      if (random.oneIn(6)) return symlink(path, folder());
      return file(path, random.oneIn(4) ? "same".repeat(500) : `${index}`.repeat(random.below(900)), { mode: random.of([0o644, 0o4755]) });
    }),
    createdBy: random.oneIn(3) ? `RUN export TOKEN=${hostileText(random)}` : "RUN make",
  }));
}

async function planAndCarryOut(random: Random, directory: string, scanner: Scanner, analysis: Analysis): Promise<Outcome> {
  const { image, tree } = analysis;
  const made = await planRewrite(analysis, scanner, {
    range: recommendedRange,
    settings: { ...defaultSettings, manifest: null },
    optimize: random.oneIn(5) ? null : { ...recommendedSteps, split: random.oneIn(3), scrubSecrets: random.oneIn(3), remove: ["**/b"] },
  });
  const mutated = mutateJson(random, JSON.parse(JSON.stringify(made.plan))) as Record<string, unknown> | null;
  // A plan for another image is refused before anything else is looked at.
  const asked = typeof mutated === "object" && mutated !== null && !random.oneIn(8) ? { ...mutated, image: made.plan.image } : mutated;
  const plan = planFor(parsePlans(JSON.stringify(asked), "plan.json"), image, "plan.json");
  plainText("the plan", renderPlan(plan));
  const destination = join(directory, "layout");
  try {
    await carryOut([{ plan, image, tree, uses: null }], await parseDestination(`oci:${destination}:out`), {
      open: { platform: null, verify: true, connection: {} },
      write: { force: false, connection: {} },
      verify: true,
      workers: 0,
    });
  } catch (error) {
    // Also one that takes out what the image uses: the proof refuses the result.
    if (existsSync(destination)) throw new Finding(`a plan that was refused left ${readdirSync(destination).join(", ")}`);
    throw error;
  }
  const beside = readdirSync(directory).filter((name) => name !== "image.tar" && name !== "layout");
  if (beside.length > 0) throw new Finding(`a plan wrote ${beside.join(", ")}`);
  return "carried out";
}
