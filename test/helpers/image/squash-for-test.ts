/** Squashes an image in this process: for tests that do it hundreds of times. */
import { analyzeImage } from "../../../src/operations/analyze-image.ts";
import { executePlans } from "../../../src/rewrite/execute-plan.ts";
import type { RewriteResult } from "../../../src/rewrite/execute-plan.ts";
import { defaultSettings, planSquash } from "../../../src/rewrite/plan/squash.ts";
import type { PlanSettings } from "../../../src/rewrite/plan/plan.ts";
import { Scanner } from "../../../src/scan/scanner.ts";
import { parseDestination } from "../../../src/transports/destination.ts";
import { openAllPlatforms, openImage } from "../../../src/transports/open.ts";

/** Merges everything above `keep` layers and verifies the result. */
export async function squashForTest(
  source: string,
  keep: number,
  destination: string,
  settings: Partial<PlanSettings> = {},
): Promise<RewriteResult> {
  const options = { platform: null, verify: true, connection: {} };
  const image = await openImage(source, options);
  const scanner = new Scanner({ verify: true, rules: null, cacheDirectory: null, workers: 0 });
  try {
    const analysis = await analyzeImage(image, { scanner, duplicates: false });
    const plan = planSquash(analysis, { keepLayers: keep, settings: { ...defaultSettings, ...settings }, same: null, gzipRatio: null });
    return await executePlans([{ plan, image, tree: analysis.tree, uses: null }], await parseDestination(destination), {
      reopen: (name) => openAllPlatforms(name, options),
      write: { force: false, connection: {} },
      verify: true,
      workers: 0,
      secretsLeft: async () => ({ scrubbed: [], unscrubbed: [] }),
      redactorFor: async () => (text) => text,
    });
  } finally {
    await scanner.close();
    await image.close();
  }
}
