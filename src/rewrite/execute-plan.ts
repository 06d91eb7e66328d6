/** From a plan to a verified image at its destination: rewrite, write, read back, compare. */
import { stat } from "node:fs/promises";

import { defined } from "../base/defined.ts";
import { BallastError } from "../base/errors.ts";
import { MergedTree } from "../filesystem/merged-tree.ts";
import type { FileTree } from "../filesystem/file-tree.ts";
import type { Image } from "../image/image.ts";
import { Scanner } from "../scan/scanner.ts";
import type { Destination, ImageSet, Outgoing, OutgoingImage, WriteOptions } from "../transports/transport.ts";
import { buildIndex, goingOn } from "./documents/outgoing-index.ts";
import { outgoingAsImage } from "./documents/outgoing-as-image.ts";
import { treeEdits } from "./plan/edits.ts";
import { isOn } from "./plan/plan.ts";
import type { Plan } from "./plan/plan.ts";
import { rewriteImage } from "./rewrite-image.ts";
import type { RewrittenImage } from "./rewrite-image.ts";
import { figuresOf, grownNotes, storedBytes } from "./result-figures.ts";
import type { RewrittenFigures } from "./result-figures.ts";
import { findStoredAgain } from "./plan/figures/same-content.ts";
import { checkUses, refuseUsed } from "./uses/check-uses.ts";
import { configUses, findUses } from "./uses/find-uses.ts";
import type { Uses } from "./uses/uses.ts";
import { verifyTrees } from "./verify.ts";

export interface RewriteJob {
  readonly plan: Plan;
  readonly image: Image;
  readonly tree: FileTree;
  /** What the image uses, if planning found that out; null to find it again. */
  readonly uses: Uses | null;
}

export interface ExecuteOptions {
  /** Opens the destination's `reopenName`: `openAllPlatforms`. */
  readonly reopen: (name: string) => Promise<ImageSet>;
  readonly write: WriteOptions;
  /** The original index of the images; its annotations are carried over. */
  readonly indexBytes?: Buffer | null;
  /** Worker threads for reading the result back; see ScannerOptions. */
  readonly workers?: number | undefined;
  /** Compare the result with the original. */
  readonly verify: boolean;
  /** Returns a function that masks, in any text, the secrets in an image's config and history. Called only if a plan masks something. */
  readonly redactorFor: (image: Image) => Promise<(text: string) => string>;
  /** Called only for plans that scrub secrets; files at `kept` paths are ignored. */
  readonly secretsLeft: (image: Image, kept: ReadonlySet<string>) => Promise<SecretsLeft>;
  readonly onProgress?: ((progress: RewriteProgress) => void) | undefined;
}

/** Secrets that an image still holds, one line each, without the secret. */
export interface SecretsLeft {
  /** Where a plan scrubs. */
  readonly scrubbed: readonly string[];
  /** In names, symlinks and extended attributes, which no plan changes. */
  readonly unscrubbed: readonly string[];
}

export interface RewriteProgress {
  readonly phase: "compare" | "compress" | "write" | "verify";
  readonly bytes: number;
  readonly totalBytes: number | null;
}

export interface RewriteResult {
  readonly images: readonly RewrittenFigures[];
  /** Paths that were compared and found equal; null with --no-verify. */
  readonly verifiedPaths: number | null;
  /** Paths the image uses that were found to resolve as before; null with --no-verify. */
  readonly usedPaths: number | null;
  readonly notes: readonly string[];
}

/**
 * Executes one plan, or one for each platform of an index.
 * @throws {BallastError} verification-failed (the output is removed), destination-exists, write-failed, and any error of reading
 */
export async function executePlans(jobs: readonly RewriteJob[], destination: Destination, options: ExecuteOptions): Promise<RewriteResult> {
  await destination.check(options.write);
  const guards = await Promise.all(jobs.map(({ image }) => SourceGuard.of(image)));
  const scanner = new Scanner({
    verify: true,
    rules: null,
    cacheDirectory: null,
    ...defined({ workers: options.workers }),
  });
  const done: Executed[] = [];
  try {
    for (const job of jobs) done.push(await execute(job, scanner, options));
    const left: string[] = [];
    for (const executed of done) left.push(...(await refuseSecrets(executed, options)));
    const images = done.map(({ rewritten }) => rewritten.outgoing);
    const outgoing: Outgoing = { images, index: await indexOver(done, images, options), tags: jobs[0]!.image.tags };
    // Standard output cannot be read back, so there the blobs are compared before they are written.
    const early = options.verify && destination.reopenName === null;
    let verified = early ? await verifyOutgoing(done, scanner, options) : noPaths;
    for (const guard of guards) await guard.check();
    await destination.write(outgoing, { ...options.write, onProgress: writeProgress(images, options) });
    if (options.verify && !early)
      verified = await orRemoved(() => verifyWritten(done, destination, scanner, options), destination, options);
    await destination.keep?.();
    return {
      images: done.map(({ figures }) => figures),
      verifiedPaths: options.verify ? verified.paths : null,
      usedPaths: options.verify ? verified.used : null,
      notes: [
        ...new Set([...left, ...done.flatMap(({ job, rewritten, figures }) => [...rewritten.notes, ...grownNotes(job.plan, figures)])]),
      ],
    };
  } finally {
    for (const { rewritten } of done) await rewritten.close();
    await scanner.close();
  }
}

async function indexOver(done: readonly Executed[], images: readonly OutgoingImage[], options: ExecuteOptions): Promise<Outgoing["index"]> {
  if (images.length < 2) return null;
  const baseIsKept = done.every(({ job: { plan }, rewritten: { keptLayers } }) => keptLayers > 0 && keptLayers >= plan.baseLayers);
  const scrubbed = done.filter(({ job }) => isOn(job.plan, "scrub-secrets"));
  const redactors = await Promise.all(scrubbed.map(({ job }) => options.redactorFor(job.image)));
  return buildIndex(images, goingOn(options.indexBytes ?? null, baseIsKept, redactors));
}

/** Removes an image that fails verification, also when verification is aborted. */
async function orRemoved<T>(verify: () => Promise<T>, destination: Destination, { write }: ExecuteOptions): Promise<T> {
  let removal: Promise<void> | null = null;
  const remove = (): Promise<void> => (removal ??= destination.remove(write));
  const removed = (): void => void remove().catch(() => {});
  write.signal?.addEventListener("abort", removed, { once: true });
  try {
    const result = await verify();
    write.signal?.throwIfAborted();
    return result;
  } catch (error) {
    // The abort listener may have started it: callers must see it finished.
    await remove();
    throw error;
  } finally {
    write.signal?.removeEventListener("abort", removed);
  }
}

function writeProgress(images: readonly OutgoingImage[], { onProgress }: ExecuteOptions): NonNullable<WriteOptions["onProgress"]> {
  const totalBytes = storedBytes(images.flatMap(({ layers }) => layers));
  const written = new Map<string, number>();
  let bytes = 0;
  return (progress) => {
    bytes += progress.bytes - (written.get(progress.what) ?? 0);
    written.set(progress.what, progress.bytes);
    onProgress?.({ phase: "write", bytes, totalBytes });
  };
}

interface Executed {
  readonly job: RewriteJob;
  readonly edits: ReturnType<typeof treeEdits>;
  readonly uses: Uses;
  readonly rewritten: RewrittenImage;
  readonly figures: RewrittenFigures;
}

async function execute(job: RewriteJob, scanner: Scanner, options: ExecuteOptions): Promise<Executed> {
  const { plan, image, tree } = job;
  const edits = treeEdits(plan, tree);
  const uses = job.uses ?? (await usesFor(job));
  refuseUsed(plan, uses, edits.removed);
  options.onProgress?.({ phase: "compare", bytes: 0, totalBytes: null });
  const { same } = await findStoredAgain({ image, tree, scanner }, plan.keepLayers);
  let bytes = 0;
  const totalBytes = plan.figures.mergedBytes;
  const rewritten = await rewriteImage({ image, tree, edits, sameContent: same }, plan, {
    redact: masks(plan) ? await options.redactorFor(image) : (text) => text,
    redactorFor: options.redactorFor,
    signal: options.write.signal,
    onBytes: (more) => options.onProgress?.({ phase: "compress", bytes: (bytes += more), totalBytes }),
  });
  return { job, edits, uses, rewritten, figures: figuresOf(plan, tree, rewritten) };
}

/** At most this many secrets are named in a message. */
const mostNamed = 3;

/**
 * Refuses to write an image as scrubbed that still holds a secret. Returns notes on secrets in places that are never scrubbed.
 * @throws {BallastError} verification-failed
 */
async function refuseSecrets({ job, rewritten }: Executed, { secretsLeft }: ExecuteOptions): Promise<string[]> {
  const step = job.plan.steps.find(({ kind, enabled }) => kind === "scrub-secrets" && enabled);
  if (step === undefined) return [];
  const result = outgoingAsImage(job.image, rewritten.outgoing, rewritten.configBytes, rewritten.annotations);
  const { scrubbed: left, unscrubbed } = await secretsLeft(result, new Set(step.kept.map(({ path }) => path)));
  if (left.length === 0) return unscrubbed.length === 0 ? [] : [`not scrubbed: ${listed(unscrubbed)}; --remove takes the file`];
  throw new BallastError("verification-failed", `the scrubbed image would still hold ${listed(left)}: nothing was written`, {
    hint:
      job.plan.keepLayers > 0
        ? "what lies in kept layers can be read from them: merge them with --all, or leave what is known with --secrets-baseline"
        : "remove it where it comes from, name its file with --remove, or leave what is known with --secrets-baseline",
  });
}

function listed(lines: readonly string[]): string {
  return `${lines.slice(0, mostNamed).join(", ")}${lines.length > mostNamed ? ` and ${lines.length - mostNamed} more` : ""}`;
}

/** For a plan that removes nothing, it is enough to check that the paths in the config still resolve. */
function usesFor({ plan, image, tree }: RewriteJob): Promise<Uses> | Uses {
  const input = { image, tree, edits: plan.settings.config };
  return isOn(plan, "drop") || isOn(plan, "hard-link") || isOn(plan, "undo-metadata") ? findUses(input) : configUses(input);
}

function masks({ settings, steps }: Plan): boolean {
  return settings.history === "redact" || steps.some(({ enabled, scrub }) => enabled && scrub?.history === true);
}

async function verifyWritten(
  done: readonly Executed[],
  destination: Destination,
  scanner: Scanner,
  options: ExecuteOptions,
): Promise<Verified> {
  const set = await options.reopen(destination.reopenName!);
  try {
    let verified = noPaths;
    for (const executed of done) {
      const wanted = executed.rewritten.outgoing;
      const image =
        set.images.length === 1 ? set.images[0] : set.images.find((other) => other.configDigest === wanted.config.descriptor.digest);
      if (image === undefined)
        throw new BallastError("verification-failed", `${destination.name} does not hold the image that was written`);
      if (image.configDigest !== wanted.config.descriptor.digest) {
        throw new BallastError("verification-failed", `${destination.name} holds another image than the one that was written`);
      }
      verified = sum(verified, await compare(executed, image, scanner, options));
    }
    return verified;
  } finally {
    await set.close();
  }
}

async function verifyOutgoing(done: readonly Executed[], scanner: Scanner, options: ExecuteOptions): Promise<Verified> {
  let verified = noPaths;
  for (const executed of done) {
    const { outgoing, configBytes, annotations } = executed.rewritten;
    verified = sum(
      verified,
      await compare(executed, outgoingAsImage(executed.job.image, outgoing, configBytes, annotations), scanner, options),
    );
  }
  return verified;
}

interface Verified {
  readonly paths: number;
  readonly used: number;
}

const noPaths: Verified = { paths: 0, used: 0 };

function sum(a: Verified, b: Verified): Verified {
  return { paths: a.paths + b.paths, used: a.used + b.used };
}

async function compare(
  { job, edits, uses, rewritten }: Executed,
  image: Image,
  scanner: Scanner,
  options: ExecuteOptions,
): Promise<Verified> {
  const tree = new MergedTree();
  let bytes = 0;
  const totalBytes = storedBytes(rewritten.outgoing.layers);
  const onBytes = (more: number): void => options.onProgress?.({ phase: "verify", bytes: (bytes += more), totalBytes });
  for (const { catalog } of await Promise.all(image.layers.map((layer) => scanner.scan(layer, { onBytes })))) tree.addLayer(catalog);
  const paths = await verifyTrees(
    { image: job.image, tree: job.tree, scanner },
    { image, tree, scanner },
    { edits, keptLayers: rewritten.keptLayers, clampTime: job.plan.settings.clampTime },
  );
  return { paths, used: checkUses(uses, tree, edits.removed) };
}

/** Notices when a local file changes while layers are read from it. */
class SourceGuard {
  readonly #files: ReadonlyMap<string, string>;

  private constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
  }

  static async of(image: Image): Promise<SourceGuard> {
    const paths = new Set(image.layers.flatMap((layer) => (layer.file === null ? [] : [layer.file.path])));
    return new SourceGuard(new Map(await Promise.all([...paths].map(async (path) => [path, await stamp(path)] as const))));
  }

  /** @throws {BallastError} read-failed */
  async check(): Promise<void> {
    for (const [path, before] of this.#files) {
      if ((await stamp(path)) !== before) {
        throw new BallastError("read-failed", `${path} changed while it was read`, { hint: "try again when nobody writes to it" });
      }
    }
  }
}

async function stamp(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null);
  return stats === null ? "gone" : `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
