/** What `squash` and `optimize` have in common: open, analyse, plan, and then print the plan or carry it out. */
import { analyzeImage } from "../../operations/analyze-image.ts";
import { BallastError, ExitStatus } from "../../base/errors.ts";
import { writeOutputFile } from "../../base/files/output-file.ts";
import type { Image } from "../../image/image.ts";
import { renderPlan, renderResult } from "../../report/text/plan-text.ts";
import { refuseSource, refuseSourceFile } from "../../operations/refuse-source.ts";
import { carryOut } from "../../operations/carry-out.ts";
import { withLines } from "../../rewrite/plan/step-lines.ts";
import { planRewrite, refuseZstd, settingsFor } from "../../operations/plan-image.ts";
import type { OptimizeSteps, RequestedSettings } from "../../operations/plan-image.ts";
import type { RewriteJob, RewriteProgress } from "../../rewrite/execute-plan.ts";
import type { NamedDockerfile } from "../../../analyzers/dockerfile/match.ts";
import type { Compression, Plan } from "../../rewrite/plan/plan.ts";
import type { Scanner } from "../../scan/scanner.ts";
import { createProgress, noProgress } from "../../terminal/progress.ts";
import type { Progress } from "../../terminal/progress.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { parseDestination } from "../../transports/destination.ts";
import { openAllPlatforms, openImage } from "../../transports/open.ts";
import type { Destination, ImageSet, WriteOptions } from "../../transports/transport.ts";
import type { CommandIo } from "../command.ts";
import { connectionFrom } from "../flags/connection-flags.ts";
import { withDockerfile } from "./dockerfile.ts";
import { compressionAt, familyAt } from "./fit-destination.ts";
import { openOptionsFrom, scannerFrom } from "./open-image.ts";
import type { SecretSettings } from "./secret-settings.ts";
import type { ImageArguments } from "../flags/image-flags.ts";
import { settingsFrom } from "../flags/rewrite-flags.ts";
import type { RewriteArguments } from "../flags/rewrite-flags.ts";
import { jsonText } from "../../report/json-text.ts";

type RewriteNamed = ImageArguments &
  RewriteArguments & { readonly image: string; readonly base: string | null; readonly boundary?: readonly string[] };

export interface RewriteCommand {
  /** Look for equal files at different paths. */
  readonly duplicates: boolean;
  /** Null plans a squash. */
  readonly optimize: OptimizeSteps | null;
  /** Where secrets are looked for; null looks nowhere. */
  readonly secrets: SecretSettings | null;
  /** The Dockerfile whose lines the plan names; none where it is left out. */
  readonly dockerfile?: NamedDockerfile | null;
  /** Takes a plan that was made before instead of making one. */
  readonly apply?: (image: Image) => Plan;
}

export async function runRewrite(command: RewriteCommand, args: RewriteNamed, io: CommandIo): Promise<number> {
  const planOnly = isPlanOnly(args);
  const write: WriteOptions = { force: args.force, signal: io.signal, connection: connectionFrom(args) };
  const destination = await destinationFrom(args, planOnly);
  const asked = settingsFrom(args, io, args.boundary);
  const settings = {
    ...asked,
    manifest: asked.manifest ?? familyAt(destination),
    compression: asked.compression ?? compressionAt(destination),
  };
  refuseZstd(settings);
  if (!planOnly) await destination!.check(write);

  const progress = args.quiet ? noProgress : createProgress(io.stderr, false);
  const scanner = scannerFrom({ ...args, verify: true }, io, command.secrets?.spec ?? null);
  progress.step(`opening ${args.image}`, null);
  const images = await openSources(args, io).catch(async (error: unknown) => {
    progress.done();
    await scanner.close();
    throw error;
  });
  try {
    if (destination !== null) await refuseSource(images.images, destination, args.image);
    const jobs: PlannedImage[] = [];
    const oneOfSeveral = images.images.some(({ platform }) => platform.os !== "windows");
    for (const image of images.images) jobs.push(await planned(image, { command, settings, oneOfSeveral, scanner, progress, args, io }));
    progress.done();
    if (planOnly) return await printPlans(jobs, args, io);
    const result = await carryOut(jobs, destination!, {
      open: openOptionsFrom(args, io),
      write,
      indexBytes: images.indexBytes,
      verify: args.verify,
      secrets: command.secrets ?? undefined,
      onProgress: showProgress(progress),
    });
    progress.done();
    // Standard output may be the image.
    const out = destination!.transport === "stdout" ? io.stderr : io.stdout;
    out.write(renderResult(destination!.name, result, [...new Set(jobs.flatMap(({ warnings }) => warnings))]));
    return ExitStatus.ok;
  } finally {
    progress.done();
    await scanner.close();
    await images.close();
  }
}

async function destinationFrom(args: RewriteNamed, planOnly: boolean): Promise<Destination | null> {
  if (args.output !== null) return parseDestination(args.output);
  if (planOnly) return null;
  throw new BallastError("bad-argument", "where to write the image is not said", {
    hint: "add --output docker-archive:FILE, oci:DIR, docker://REGISTRY/NAME:TAG…, or --dry-run to see the plan",
  });
}

async function openSources(args: RewriteNamed, io: CommandIo): Promise<ImageSet> {
  const name = args.image;
  const options = openOptionsFrom({ ...args, verify: true }, io);
  if (args.allPlatforms) return openAllPlatforms(name, options);
  const image = await openImage(name, options);
  return { images: [image], indexBytes: null, close: () => image.close() };
}

/** What all platforms of an index are planned with. */
interface Planning {
  readonly command: RewriteCommand;
  readonly settings: RequestedSettings;
  /** An image of Linux is among them. */
  readonly oneOfSeveral: boolean;
  readonly scanner: Scanner;
  readonly progress: Progress;
  readonly args: RewriteNamed;
  readonly io: CommandIo;
}

type PlannedImage = RewriteJob & { readonly warnings: readonly string[] };

/** Analyses an image and plans its rewriting. */
async function planned(image: Image, planning: Planning): Promise<PlannedImage> {
  const { command, settings, oneOfSeveral, scanner, progress, args, io } = planning;
  const { compression } = settingsFor(image, settings, oneOfSeveral);
  const sizes = image.layers.map((layer) => layer.storedBytes);
  progress.step("scanning layers", sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + bytes!, 0));
  const base = args.base === null ? null : await openImage(args.base, { ...openOptionsFrom(args, io), platform: image.platform });
  try {
    const analysis = await analyzeImage(image, {
      scanner,
      duplicates: command.duplicates,
      secrets: command.secrets ?? undefined,
      base: base ?? undefined,
      hooks: { onBytes: (_, bytes) => progress.add(bytes) },
    });
    const request = { range: args, settings, optimize: command.optimize, oneOfSeveral, ...sampling(args, compression) };
    const { plan, warnings, uses } =
      command.apply === undefined
        ? await planRewrite(analysis, scanner, request)
        : { plan: command.apply(image), warnings: [], uses: null };
    refuseZstd(plan.settings);
    if (command.dockerfile == null) return { plan, image, tree: analysis.tree, uses, warnings };
    const located = await withDockerfile(analysis, command.dockerfile, command.secrets);
    const notes = located.dockerfile?.match.notes ?? [];
    return { plan: withLines(plan, located), image, tree: analysis.tree, uses, warnings: [...warnings, ...notes] };
  } finally {
    await base?.close();
  }
}

/** Only who looks at the plan needs the sample: what is written with gzip shows itself how it compresses. */
function sampling(args: RewriteNamed, { kind }: Compression): { readonly sample?: boolean } {
  if (isPlanOnly(args)) return { sample: true };
  return kind === "gzip" ? { sample: false } : {};
}

function isPlanOnly(args: RewriteNamed): boolean {
  return args.dryRun || args.plan !== null;
}

async function printPlans(jobs: readonly PlannedImage[], args: RewriteNamed, io: CommandIo): Promise<number> {
  const plans = jobs.map(({ plan }) => plan);
  const file = args.plan;
  if (file !== null) {
    const json = jsonText(plans.length === 1 ? plans[0] : plans);
    if (file === "-") io.stdout.write(json);
    else {
      await refuseSourceFile(
        file,
        [args.image],
        jobs.map(({ image }) => image),
      );
      await writeOutputFile(file, json, { force: args.force });
    }
  }
  if (file !== "-") io.stdout.write(plans.map(renderPlan).join("\n"));
  for (const warning of new Set(jobs.flatMap(({ warnings }) => warnings))) io.stderr.write(`warning: ${sanitize(warning)}\n`);
  return ExitStatus.ok;
}

const phases: Readonly<Record<RewriteProgress["phase"], string>> = {
  compare: "comparing with the kept layers",
  compress: "writing layers",
  write: "writing the image",
  verify: "reading the result again",
};

function showProgress(progress: Progress): (now: RewriteProgress) => void {
  let phase: string | null = null;
  let shown = 0;
  return ({ phase: next, bytes, totalBytes }) => {
    if (next !== phase || bytes < shown) {
      phase = next;
      shown = 0;
      progress.step(phases[next], totalBytes);
    }
    progress.add(bytes - shown);
    shown = bytes;
  };
}
