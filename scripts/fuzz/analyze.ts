/** What `analyze`, `check`, `optimize` and `x` in the terminal UI do with an image, in this process, and what must hold of it. */
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { Analysis } from "../../analyzers/analysis.ts";
import { loadRules } from "../../analyzers/secrets/match/user/load-rules.ts";
import type { CompiledRules } from "../../analyzers/secrets/match/compile-rules.ts";
import { BallastError } from "../../src/base/errors.ts";
import { extractNode } from "../../src/export/extract.ts";
import type { Image } from "../../src/image/image.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import { carryOut } from "../../src/operations/carry-out.ts";
import { planRewrite, recommendedRange, recommendedSteps } from "../../src/operations/plan-image.ts";
import { renderReport } from "../../src/report/render.ts";
import { reportFormats } from "../../src/report/options.ts";
import { defaultSettings } from "../../src/rewrite/plan/squash.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { parseDestination } from "../../src/transports/destination.ts";
import { openAllPlatforms } from "../../src/transports/open.ts";
import type { ConnectionOptions } from "../../src/transports/transport.ts";
import { Finding, plainText, refusal, sumsHold } from "./oracles.ts";
import type { Outcome } from "./oracles.ts";
import type { Random } from "./random.ts";

interface Setting {
  readonly random: Random;
  /** The case's own, empty. */
  readonly directory: string;
  readonly scanner: Scanner;
  readonly rules: CompiledRules;
  /** False where the scan leaves the files' content alone, so that no plan knows which of them to scrub. */
  readonly looksIntoFiles: boolean;
}

/** Opens whatever the name stands for; each platform of it is analysed and reported, some are extracted and optimised. */
export async function analyzeNamed(random: Random, directory: string, name: string, connection: ConnectionOptions = {}): Promise<Outcome> {
  const verify = !random.oneIn(4);
  const rules = await loadRules();
  const looksIntoFiles = !random.oneIn(4);
  const scanner = new Scanner({
    verify,
    rules: looksIntoFiles ? { id: rules.id, options: rules.options } : null,
    cacheDirectory: random.oneIn(3) ? join(directory, "cache") : null,
    workers: 0,
    tableOfContents: random.oneIn(2),
    fingerprints: random.oneIn(2),
  });
  try {
    const set = await openAllPlatforms(name, { platform: null, verify, connection });
    try {
      for (const image of set.images.slice(0, 4)) await analyzeOne({ random, directory, scanner, rules, looksIntoFiles }, image);
    } finally {
      await set.close();
    }
    return "read";
  } catch (error) {
    return refusal(error);
  } finally {
    await scanner.close();
  }
}

async function analyzeOne(setting: Setting, image: Image): Promise<void> {
  const { random, scanner, rules } = setting;
  const analysis = await analyzeImage(image, { scanner, secrets: { mode: "full", rules: async () => rules } });
  sumsHold(analysis);
  const format = random.of(reportFormats);
  plainText(`the ${format} report`, await renderReport(format, analysis, { files: random.oneIn(2) }));
  // Tables of contents give no content to copy.
  if (random.oneIn(3) && image.layers.every(({ file }) => file !== null)) await extract(setting, analysis);
  if (random.oneIn(3) && image.layers.every(({ file }) => file !== null)) await optimize(setting, analysis);
}

/** Whatever the image's names and links say, everything goes into one new name. */
async function extract({ directory }: Setting, { image, tree }: Analysis): Promise<void> {
  const destination = mkdtempSync(join(directory, "extracted-"));
  const before = readdirSync(directory).toSorted();
  try {
    await extractNode(tree, image.layers, tree.root, image.layers.length - 1, destination);
  } catch (error) {
    refusal(error);
  }
  const made = readdirSync(destination);
  if (made.length > 1 || (made.length === 1 && made[0] !== "rootfs")) throw new Finding(`extraction made ${made.join(", ")}`);
  const after = readdirSync(directory).toSorted();
  if (after.join("\n") !== before.join("\n")) throw new Finding(`extraction wrote beside its destination: ${after.join(", ")}`);
}

/** What was read can be written, and the copy passes its own verification. */
async function optimize({ random, directory, scanner, looksIntoFiles }: Setting, analysis: Analysis): Promise<void> {
  const destination = join(mkdtempSync(join(directory, "rewritten-")), "layout");
  const optimizing = random.oneIn(2);
  try {
    const { plan, uses } = await planRewrite(analysis, scanner, {
      range: recommendedRange,
      settings: { ...defaultSettings, manifest: null },
      optimize: optimizing ? { ...recommendedSteps, split: random.oneIn(4), scrubSecrets: random.oneIn(4) && looksIntoFiles } : null,
    });
    await carryOut([{ plan, image: analysis.image, tree: analysis.tree, uses }], await parseDestination(`oci:${destination}:out`), {
      open: { platform: null, verify: true, connection: {} },
      write: { force: false, connection: {} },
      verify: true,
      workers: 0,
    });
  } catch (error) {
    // A secret in a layer that is kept cannot be taken out: that is refused, and told.
    const isKept = error instanceof BallastError && error.hint?.startsWith("what lies in kept layers");
    if (error instanceof BallastError && error.code === "verification-failed" && !isKept) throw new Finding(error.message);
    refusal(error);
    if (existsSync(destination)) throw new Finding(`a refused rewrite left ${readdirSync(destination).join(", ")}`);
  }
}
