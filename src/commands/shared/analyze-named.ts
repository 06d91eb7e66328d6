/** The analysis that `analyze`, `check` and others run, from the same flags. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { analyzeImage } from "../../operations/analyze-image.ts";
import type { AnalyzeOptions } from "../../operations/analyze-image.ts";
import { openImage } from "../../transports/open.ts";
import type { CommandIo } from "../command.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import { dockerfileFrom, withDockerfile } from "./dockerfile.ts";
import { layerProgress } from "./layer-progress.ts";
import { openFromArguments, openOptionsFrom } from "./open-image.ts";
import type { OpenedImage } from "./open-image.ts";
import { secretSettings } from "./secret-settings.ts";
import { defined } from "../../base/defined.ts";

/** An analysis with the image it came from still open. */
export interface AnalyzedImage {
  readonly analysis: Analysis;
  readonly opened: OpenedImage;
}

/** Opens, scans and analyses; progress goes to standard error. The caller closes `opened`. */
export async function analyzeFromArguments(
  name: string,
  args: AnalysisArguments & { readonly duplicates?: boolean },
  io: CommandIo,
  options: Pick<AnalyzeOptions, "duplicates"> & {
    readonly wholeLayers?: boolean;
    readonly singlePass?: boolean;
    /** Whether `--insecure` holds for the base image too, which a configuration may have named. */
    readonly insecureBase?: boolean;
  } = {},
): Promise<AnalyzedImage> {
  const secrets = await secretSettings(args);
  // What is wrong with it is said before anything is read.
  const named = await dockerfileFrom(args, io.env);
  const opened = await openFromArguments(name, args, io, {
    singlePass: options.singlePass ?? true,
    rules: secrets.spec,
    wholeLayers: options.wholeLayers === true,
  });
  try {
    const base =
      args.base === null
        ? null
        : await openImage(args.base, openOptionsFrom({ ...args, insecure: options.insecureBase ?? args.insecure }, io));
    const { image, progress, scanner } = opened;
    progress.step("scanning layers", storedBytes(opened));
    const analysis = await analyzeImage(image, {
      scanner,
      secrets,
      isLast: true,
      duplicates: options.duplicates ?? args.duplicates ?? true,
      ...defined({ base }),
      hooks: layerProgress(image, progress),
    });
    await base?.close();
    progress.done();
    return { analysis: named === null ? analysis : await withDockerfile(analysis, named, secrets), opened };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function storedBytes({ image }: OpenedImage): number | null {
  const sizes = image.layers.map((layer) => layer.storedBytes);
  return sizes.includes(null) ? null : sizes.reduce<number>((sum, bytes) => sum + bytes!, 0);
}
