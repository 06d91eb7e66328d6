/** Loads an image for the terminal UI, piece by piece. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import type { AnalyzeOptions } from "../../operations/analyze-image.ts";
import type { MergedTree } from "../../filesystem/merged-tree.ts";
import type { Session, SessionListener } from "../../../ui/session.ts";
import type { FileTree } from "../../filesystem/file-tree.ts";
import { EntryType } from "../../tar/entry.ts";
import type { Catalog } from "../../filesystem/catalog.ts";
import type { Image } from "../../image/image.ts";
import type { Scanner } from "../../scan/scanner.ts";
import type { OpenOptions } from "../../transports/transport.ts";
import type { CommandIo } from "../command.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import type { OpenedImage } from "../shared/open-image.ts";

export function createSession(name: string, args: AnalysisArguments, io: CommandIo): Session {
  const abort = new AbortController();
  const ownIo: CommandIo = { ...io, signal: AbortSignal.any([io.signal, abort.signal]) };
  let opened: OpenedImage | null = null;
  let tree: FileTree | null = null;
  let analysis: Analysis | null = null;
  let rescanner: Scanner | null = null;
  let redact: (text: string) => string = (text) => text;

  const load = async (listener: SessionListener): Promise<void> => {
    listener.onProgress({ layer: null, what: "opening", bytes: 0, totalBytes: null });
    // Loaded only now: the first frame is on the screen, and the modules take their time.
    const [{ analyzeImage }, { openFromArguments, openOptionsFrom }, { secretSettings }, { createRedactor }, { scanConfigTexts }] =
      await Promise.all([
        import("../../operations/analyze-image.ts"),
        import("../shared/open-image.ts"),
        import("../shared/secret-settings.ts"),
        import("../../../analyzers/secrets/config/redactor.ts"),
        import("../../../analyzers/secrets/config/scan-config.ts"),
      ]);
    const secrets = await secretSettings(args);
    // Progress is drawn by the UI, not on standard error.
    opened = await openFromArguments(name, { ...args, quiet: true }, ownIo, { singlePass: false, byFile: true, rules: secrets.spec });
    if (abort.signal.aborted) return opened.close();
    const { image, scanner } = opened;
    redact = createRedactor(scanConfigTexts(image, await secrets.rules()));
    listener.onImage(image);
    const sizes = image.layers.map(({ storedBytes }) => storedBytes);
    const totalBytes = sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + bytes!, 0);
    const read = image.layers.map(() => 0);
    let allRead = 0;
    const base = args.base === null ? null : await openBase(args.base, openOptionsFrom(args, ownIo));
    const common = base === null ? {} : { base };
    const onMerged = (merged: MergedTree, layers: number): void => {
      tree = merged;
      listener.onLayer(layers - 1, { bytes: merged.layerBytes[layers - 1]!, entries: merged.catalogs[layers - 1]!.length });
      listener.onTree(merged, layers);
    };
    const quick = await analyzeQuickly(image, args, ownIo, { ...common, hooks: { onMerged } });
    if (quick !== null) listener.onAnalysis(quick, { final: false });
    analysis = await analyzeImage(image, {
      scanner,
      secrets,
      ...common,
      ...(quick === null ? {} : { tree: quick.tree as MergedTree }),
      hooks: {
        onBytes(layer, bytes) {
          read[layer]! += bytes;
          allRead += bytes;
          listener.onProgress({ layer, what: "reading", bytes: read[layer]!, totalBytes: sizes[layer] ?? null });
          listener.onProgress({ layer: null, what: "reading", bytes: allRead, totalBytes });
        },
        onLayer: (layer, { catalog }) => listener.onLayer(layer, { bytes: contentBytes(catalog), entries: catalog.length }),
        onMerged,
      },
    });
    await base?.close();
    tree = analysis.tree;
    listener.onAnalysis(analysis, { final: true });
  };

  /** A plan is carried out on the layers as they are stored: what was known by its table of contents alone has to be read first. */
  const storedAnalysis = async (): Promise<Analysis> => {
    if (!analysis!.warnings.some(({ code }) => code === "read-by-toc")) return analysis!;
    const [{ analyzeImage }, { scannerFrom }] = await Promise.all([
      import("../../operations/analyze-image.ts"),
      import("../shared/open-image.ts"),
    ]);
    rescanner ??= scannerFrom(args, ownIo, null);
    return analyzeImage(opened!.image, { scanner: rescanner });
  };

  return {
    name,
    start(listener) {
      load(listener).catch((error: unknown) => {
        if (!abort.signal.aborted) listener.onError(error);
      });
    },
    async read(inode, maxBytes) {
      const { readEntry } = await import("../../scan/content/content.ts");
      return readEntry(opened!.image.layers[inode.layer]!, tree!.catalogs[inode.layer]!, inode.entry, maxBytes);
    },
    async extract(node, layer, directory) {
      const { extractNode } = await import("../../export/extract.ts");
      return extractNode(tree!, opened!.image.layers, node, layer, directory);
    },
    redact: (text) => redact(text),
    async planner() {
      const { createPlanner } = await import("./planner.ts");
      return createPlanner(await storedAnalysis(), rescanner ?? opened!.scanner, args, ownIo);
    },
    async close() {
      abort.abort();
      await rescanner?.close();
      await opened?.close();
    },
  };
}

/**
 * Layers that lie uncompressed in a file are walked header to header in a moment. Tree, sizes and waste can be shown from that while their
 * digests are verified and their content is searched. Null when some layer has to be unpacked anyway, or when something is wrong: the
 * thorough pass will say what.
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

/** Content bytes of the regular files a layer stores. */
function contentBytes({ columns }: Catalog): number {
  let bytes = 0;
  for (let i = 0; i < columns.types.length; i += 1) if (columns.types[i] === EntryType.file) bytes += columns.sizes[i]!;
  return bytes;
}
