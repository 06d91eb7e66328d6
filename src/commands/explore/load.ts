/** Loads an image for the terminal UI, piece by piece. Runs in the engine's thread. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import type { AnalyzeOptions } from "../../operations/analyze-image.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Image } from "../../image/image.ts";
import type { OpenOptions } from "../../transports/transport.ts";
import type { SessionListener } from "../../../ui/session.ts";
import type { CommandIo } from "../command.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import type { OpenedImage } from "../shared/open-image.ts";
import type { SecretSettings } from "../shared/secret-settings.ts";

/** Called in this order; `onTree` once for each layer, bottom-up. */
export interface LoadListener extends Pick<SessionListener, "onOffered" | "onProgress" | "onLayer"> {
  onOpened(opened: OpenedImage, redact: (text: string) => string): void;
  onTree(tree: MergedTree, merged: number): void;
  onAnalysis(analysis: Analysis, state: { readonly final: boolean }): void;
}

/** @throws {BallastError} if the image cannot be opened, read or analysed */
export async function loadImage(name: string, args: AnalysisArguments, io: CommandIo, listener: LoadListener): Promise<Analysis | null> {
  listener.onProgress({ layer: null, what: "opening", bytes: 0, totalBytes: null });
  const [{ analyzeImage }, { openOptionsFrom }, { secretSettings }, { createRedactor }, { scanConfigTexts }] = await Promise.all([
    import("../../operations/analyze-image.ts"),
    import("../shared/open-image.ts"),
    import("../shared/secret-settings.ts"),
    import("../../../analyzers/secrets/config/redactor.ts"),
    import("../../../analyzers/secrets/config/scan-config.ts"),
  ]);
  const secrets = await secretSettings(args);
  const { dockerfileFrom, withDockerfile } = await import("../shared/dockerfile.ts");
  const named = await dockerfileFrom(args, io.env);
  const opened = await openFor(listener, name, args, io, secrets.spec);
  if (io.signal.aborted) {
    await opened.close();
    return null;
  }
  const { image, scanner } = opened;
  listener.onOpened(opened, createRedactor(scanConfigTexts(image, await secrets.rules())));
  const base = args.base === null ? null : await openBase(args.base, openOptionsFrom(args, io));
  const common = base === null ? {} : { base };
  const onMerged = (merged: MergedTree, layers: number): void => {
    listener.onLayer(layers - 1, { bytes: merged.layerBytes[layers - 1]!, entries: merged.catalogs[layers - 1]!.length });
    listener.onTree(merged, layers);
  };
  const quick = await analyzeQuickly(image, args, io, { ...common, hooks: { onMerged } });
  if (quick !== null) listener.onAnalysis(quick, { final: false });
  const found = await analyzeImage(image, {
    scanner,
    secrets,
    ...common,
    ...(quick === null ? {} : { tree: quick.tree as MergedTree }),
    hooks: {
      onBytes: countedBytes(image, listener),
      onLayer: (layer, { catalog }) => listener.onLayer(layer, { bytes: contentBytes(catalog), entries: catalog.length }),
      onMerged,
    },
  });
  await base?.close();
  const analysis = named === null ? found : await withDockerfile(found, named, secrets);
  listener.onAnalysis(analysis, { final: true });
  return analysis;
}

/** Opens the image, and reports how much of it has arrived in the meantime. */
async function openFor(
  listener: LoadListener,
  name: string,
  args: AnalysisArguments,
  io: CommandIo,
  rules: SecretSettings["spec"],
): Promise<OpenedImage> {
  const { openFromArguments } = await import("../shared/open-image.ts");
  const arriving = new Map<string, { readonly bytes: number; readonly totalBytes: number | null }>();
  return openFromArguments(name, { ...args, quiet: true }, io, {
    singlePass: false,
    byFile: true,
    rules,
    onOffered: (offered) => listener.onOffered(offered),
    onProgress: ({ what, bytes, totalBytes, isLocal }) => {
      arriving.set(what, { bytes, totalBytes });
      listener.onProgress({ layer: null, what: isLocal === true ? "unpacking" : "fetching", ...sumOf(arriving.values()) });
    },
  });
}

/** Reports how much of each layer, and of all of them, has been read. */
function countedBytes({ layers }: Image, listener: LoadListener): (layer: number, bytes: number) => void {
  const sizes = layers.map(({ storedBytes }) => storedBytes);
  const totalBytes = sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + bytes!, 0);
  const read = layers.map(() => 0);
  let allRead = 0;
  return (layer, bytes) => {
    read[layer]! += bytes;
    allRead += bytes;
    listener.onProgress({ layer, what: "reading", bytes: read[layer]!, totalBytes: sizes[layer] ?? null });
    listener.onProgress({ layer: null, what: "reading", bytes: allRead, totalBytes });
  };
}

/** The sum of all transfers; the total is known once every part's is. */
function sumOf(parts: Iterable<{ readonly bytes: number; readonly totalBytes: number | null }>): {
  bytes: number;
  totalBytes: number | null;
} {
  let bytes = 0;
  let totalBytes: number | null = 0;
  for (const part of parts) {
    bytes += part.bytes;
    totalBytes = totalBytes === null || part.totalBytes === null ? null : totalBytes + part.totalBytes;
  }
  return { bytes, totalBytes };
}

/**
 * Layers stored uncompressed in a file are quickly walked from header to header. That is enough to show tree, sizes and waste while digests
 * are verified and content is searched. Null when a layer has to be unpacked anyway, or when something is wrong; the thorough pass reports
 * what.
 */
async function analyzeQuickly(
  image: Image,
  args: AnalysisArguments,
  io: CommandIo,
  options: Pick<AnalyzeOptions, "base" | "hooks">,
): Promise<Analysis | null> {
  const [{ analyzeImage }, { scannerFrom }, { isPlainTar }] = await Promise.all([
    import("../../operations/analyze-image.ts"),
    import("../shared/open-image.ts"),
    import("../../scan/content/content.ts"),
  ]);
  for (const layer of image.layers) if (layer.file === null || !(await isPlainTar(layer).catch(() => false))) return null;
  const scanner = scannerFrom({ ...args, verify: false, cache: false }, io, null);
  try {
    return await analyzeImage(image, { ...options, scanner, duplicates: false });
  } catch {
    return null;
  } finally {
    await scanner.close();
  }
}

async function openBase(name: string, options: OpenOptions): Promise<Image> {
  const { openImage } = await import("../../transports/open.ts");
  return openImage(name, options);
}

/** Content bytes of the regular files in a layer. */
function contentBytes({ columns }: Catalog): number {
  let bytes = 0;
  for (let i = 0; i < columns.types.length; i += 1) if (columns.types[i] === EntryType.file) bytes += columns.sizes[i]!;
  return bytes;
}
