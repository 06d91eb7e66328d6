/** Executes a plan on one image: new layers go into temporary blobs, config and manifest into memory, nothing to a destination yet. */
import { availableParallelism } from "node:os";

import type { FileTree, Inode } from "../filesystem/file-tree.ts";
import { parseConfig } from "../image/config.ts";
import type { Image, Layer } from "../image/image.ts";
import { plural } from "../terminal/format-bytes.ts";
import type { OutgoingImage } from "../transports/transport.ts";
import { editConfig } from "./documents/config-edit.ts";
import { ContentSource } from "./layers/content-source.ts";
import { editHistory } from "./documents/history-edit.ts";
import { keepLayer, newLayer, recompressLayer, refuseRemade } from "./layers/kept-layer.ts";
import { layerCompression } from "./layers/layer-compression.ts";
import { orderEntries } from "./layers/layer-order.ts";
import { layerChunks } from "./layers/layer-stream.ts";
import { buildImage, keptAnnotations, lostKeys, maskedAnnotations } from "./documents/outgoing-image.ts";
import type { ManifestFamily, OutgoingLayer } from "./documents/outgoing-image.ts";
import { packageOwners } from "./plan/package-owners.ts";
import { contentBytes } from "./plan/figures/figures.ts";
import { isOn } from "./plan/plan.ts";
import type { Plan } from "./plan/plan.ts";
import { changesTree, plannedLayers } from "./plan/planned-layers.ts";
import type { PlannedLayer, PlannedLayers } from "./plan/planned-layers.ts";
import type { TreeEdits } from "./layers/views.ts";
import { writeLayer } from "./layers/written-layer.ts";
import type { LayerWriting, WrittenLayer } from "./layers/written-layer.ts";

export interface RewriteSource {
  readonly image: Image;
  readonly tree: FileTree;
  readonly edits: TreeEdits;
  /** From inodes above the kept layers to those below with the same content. */
  readonly sameContent: ReadonlyMap<Inode, Inode>;
}

export type Redact = (text: string) => string;

export interface RewriteOptions {
  /** Masks secrets in a text. */
  readonly redact: Redact;
  /** Makes a `redact` for an image that was masked once, since what is left may look like a secret. Called if the plan scrubs secrets. */
  readonly redactorFor?: (image: Image) => Promise<Redact>;
  /** Uncompressed bytes written since the last call. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface RewrittenImage {
  readonly outgoing: OutgoingImage;
  readonly configBytes: Buffer;
  /** Of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Content bytes of the newly written layers. */
  readonly contentBytes: number;
  /** Stored ÷ uncompressed bytes of the newly written layers; null when there are none. */
  readonly storedRatio: number | null;
  /** Number of layers from the bottom whose archive is byte for byte that of the source. */
  readonly keptLayers: number;
  /** What a person should know about config, history and annotations; ready to print. */
  readonly notes: readonly string[];
  /** Frees temporary space. */
  close(): Promise<void>;
}

/** @throws {BallastError} unsupported-image, blob-missing, blob-corrupt, read-failed, write-failed */
export async function rewriteImage(source: RewriteSource, plan: Plan, options: RewriteOptions): Promise<RewrittenImage> {
  const { image } = source;
  const { settings } = plan;
  refuseRemade(image);
  const owners = isOn(plan, "split") ? await packageOwners(image, source.tree) : new Map();
  let planned = plannedLayers({ ...source, owners }, plan);
  const written: WrittenLayer[] = [];
  const writing: LayerWriting = {
    compression: settings.compression,
    threads: availableParallelism(),
    onBytes: options.onBytes ?? (() => {}),
    signal: options.signal,
  };
  const close = async (): Promise<void> => {
    for (const layer of written.splice(0)) await layer.close();
  };
  try {
    const layers = await lowerLayers(image, plan, planned.kept, writing, written);
    await addNewLayers(source, plan, planned, writing, { layers, written });
    const smaller = await smallerAsItIs(source, plan, planned, written.at(-1));
    if (smaller !== null) {
      layers.splice(-1, 1, await keepLayer(image, smaller, settings.manifest));
      planned = { ...planned, kept: planned.kept + 1, layers: [] };
    }
    const isScrubbed = isOn(plan, "scrub-secrets");
    const { bytes, notes, redact } = await scrubbedConfig(source, plan, options, planned, layers);
    const { kept, dropped } = keptAnnotations(image.annotations, planned.kept > 0 && planned.kept >= plan.baseLayers);
    const annotations = isScrubbed ? maskedAnnotations(kept, redact) : kept;
    return {
      outgoing: buildImage(image, bytes, layers, settings.manifest, annotations),
      configBytes: bytes,
      annotations,
      contentBytes: planned.layers.reduce((sum, { entries }) => sum + contentBytes(entries), 0),
      storedRatio: storedRatio(written),
      keptLayers: planned.kept,
      notes: [
        ...notes,
        ...annotationNotes(image, dropped),
        ...dockerNote(annotations, settings.manifest),
        ...plainNote(layers, planned.kept, settings.compression.kind),
        ...(isScrubbed ? [rotate] : []),
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The layers below the new ones, unchanged or compressed again; those that had to be written are added to `written`. */
async function lowerLayers(
  image: Image,
  plan: Plan,
  kept: number,
  writing: LayerWriting,
  written: WrittenLayer[],
): Promise<OutgoingLayer[]> {
  const { settings, keepLayers } = plan;
  const recompress = isOn(plan, "recompress");
  const layers: OutgoingLayer[] = [];
  for (const layer of image.layers.slice(0, kept)) {
    const compression = await layerCompression(layer);
    // No media type exists for these, so readers would reject the result.
    const isOdd = compression === "xz" || compression === "bzip2";
    if (!isOdd && (!recompress || layer.index < keepLayers)) {
      layers.push(await keepLayer(image, layer, settings.manifest));
      continue;
    }
    const again = await recompressLayer(layer, writing);
    written.push(again);
    const isSmaller = compression !== settings.compression.kind || layer.storedBytes === null || again.size < layer.storedBytes;
    layers.push(isSmaller ? newLayer(again, settings.manifest) : await keepLayer(image, layer, settings.manifest));
  }
  return layers;
}

/** Writes the layers that the plan makes of the upper ones. */
async function addNewLayers(
  { image, tree }: RewriteSource,
  plan: Plan,
  planned: PlannedLayers,
  writing: LayerWriting,
  { layers, written }: { readonly layers: OutgoingLayer[]; readonly written: WrittenLayer[] },
): Promise<void> {
  const { order, clampTime, manifest } = plan.settings;
  const content = await ContentSource.open(image, tree, contentInodes(planned.layers), undefined);
  try {
    for (const { entries } of planned.layers) {
      const ordered = orderEntries(entries, isOn(plan, "order") ? order : "path");
      written.push(await writeLayer(layerChunks(tree, ordered, content, clampTime), writing));
      layers.push(newLayer(written.at(-1)!, manifest));
    }
  } finally {
    await content.close();
  }
}

/** The original layer, if it is the only one rewritten, nothing in it changes, and it was stored in no more bytes; else null. */
async function smallerAsItIs(
  { image, edits }: RewriteSource,
  { settings }: Plan,
  { kept, layers }: PlannedLayers,
  written: WrittenLayer | undefined,
): Promise<Layer | null> {
  const layer = image.layers.at(-1);
  const isAlone = layers.length === 1 && kept === image.layers.length - 1;
  if (!isAlone || layer === undefined || written === undefined || changesTree(edits) || settings.clampTime !== null) return null;
  if (layer.storedBytes === null || layer.storedBytes > written.size) return null;
  return (await layerCompression(layer)) === settings.compression.kind ? layer : null;
}

function storedRatio(written: readonly WrittenLayer[]): number | null {
  const sum = (of: (layer: WrittenLayer) => number): number => written.reduce((total, layer) => total + of(layer), 0);
  return written.length === 0 ? null : sum(({ size }) => size) / sum(({ tarBytes }) => tarBytes);
}

/** Kept layers that are uncompressed would be pushed at full size. */
function plainNote(layers: readonly OutgoingLayer[], kept: number, wanted: string): string[] {
  const plain = layers.slice(0, kept).filter(({ blob, diffId }) => blob.descriptor.digest === diffId).length;
  if (plain === 0 || wanted === "none") return [];
  return [`${plural(plain, "kept layer")} ${plain === 1 ? "is" : "are"} stored uncompressed, as in the source`];
}

const rotate = "scrubbed secrets are still known to whoever had the original image or its layers: rotate them";

function* contentInodes(layers: readonly PlannedLayer[]): Generator<Inode> {
  for (const { entries } of layers) for (const entry of entries) if (entry.kind === "node") yield entry.inode;
}

/** Masking is repeated until nothing more is found, at most this often; the check of the result finds what is left. */
const mostRounds = 4;

/** The new config, masked until masking changes nothing more, and the function that masks it. */
async function scrubbedConfig(
  source: RewriteSource,
  plan: Plan,
  { redact: first, redactorFor }: RewriteOptions,
  planned: ReturnType<typeof plannedLayers>,
  layers: readonly OutgoingLayer[],
): Promise<{ bytes: Buffer; notes: readonly string[]; redact: Redact }> {
  let redact = first;
  let config = newConfig(source, plan, redact, planned, layers);
  if (redactorFor === undefined || !isOn(plan, "scrub-secrets")) return { ...config, redact };
  for (let round = 1; round < mostRounds; round += 1) {
    const masked = { ...source.image, config: parseConfig(config.bytes, "the new image config"), attestations: [] };
    const [before, again] = [redact, await redactorFor(masked)];
    redact = (text) => again(before(text));
    const next = newConfig(source, plan, redact, planned, layers);
    if (next.bytes.equals(config.bytes)) break;
    config = next;
  }
  return { ...config, redact };
}

function newConfig(
  { image }: RewriteSource,
  plan: Plan,
  redact: Redact,
  planned: ReturnType<typeof plannedLayers>,
  layers: readonly OutgoingLayer[],
): { bytes: Buffer; notes: readonly string[] } {
  const { settings } = plan;
  const scrub = plan.steps.find((step) => step.enabled && step.scrub !== null)?.scrub ?? null;
  const keepsLayers = planned.layers.length === 0 && planned.kept === image.layers.length;
  // Layers that are only compressed again keep their diff IDs, and the image its ID.
  if (keepsLayers && scrub === null && keepsConfig(settings)) return { bytes: image.configBytes, notes: [] };
  const history = editHistory(image.configBytes, image.config, {
    mode: scrub?.history === true ? "redact" : settings.history,
    // Layers that were rewritten one by one keep their rows.
    keptLayers: planned.oneForOne ? image.layers.length : planned.kept,
    layerCount: image.layers.length,
    newLayers: planned.oneForOne ? [] : planned.layers.map(({ createdBy }) => createdBy),
    redact,
    clampTime: settings.clampTime,
    created: settings.created ?? image.config.created,
  });
  const diffIds = layers.map(({ diffId }) => diffId);
  return editConfig(image.configBytes, {
    diffIds,
    history,
    edits: settings.config,
    scrub,
    redact,
    created: settings.created,
    clampTime: settings.clampTime,
  });
}

function keepsConfig({ history, created, clampTime, config: edits }: Plan["settings"]): boolean {
  const { setEnv, unsetEnv, labels, entrypoint, cmd, user, workdir } = edits;
  const editsNothing =
    [entrypoint, cmd, user, workdir].every((edit) => edit === null) && [setEnv, unsetEnv, labels].every((list) => list.length === 0);
  return history === "keep" && created === null && clampTime === null && editsNothing;
}

function dockerNote(annotations: Readonly<Record<string, string>>, manifest: ManifestFamily): string[] {
  const names = Object.keys(annotations);
  return manifest === "docker" && names.length > 0 ? [`dropped annotations, which a Docker manifest cannot hold: ${names.join(", ")}`] : [];
}

function annotationNotes(image: Image, dropped: readonly string[]): string[] {
  const notes: string[] = [];
  if (image.attestations.length > 0) {
    const count = image.attestations.length === 1 ? "1 attestation describes" : `${image.attestations.length} attestations describe`;
    notes.push(`${count} the original image and ${image.attestations.length === 1 ? "was" : "were"} dropped`);
  }
  if (dropped.length > 0) notes.push(`dropped annotations that no longer hold: ${dropped.join(", ")}`);
  const lost = lostKeys(image);
  if (lost.length > 0) notes.push(`dropped from the manifest, as it is another one now: ${lost.join(", ")}`);
  notes.push("signatures of the original image do not cover the new one: sign it again");
  return notes;
}
