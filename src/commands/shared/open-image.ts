/** Opens and scans images as the flags of a command say. */
import { defaultCacheDirectory } from "../../cache/cache-directory.ts";
import { BallastError } from "../../base/errors.ts";
import type { Image } from "../../image/image.ts";
import { parsePlatform } from "../../image/platform.ts";
import { Scanner } from "../../scan/scanner.ts";
import type { SecretRuleSpec } from "../../scan/workers/protocol.ts";
import { createProgress, noProgress } from "../../terminal/progress.ts";
import type { Progress } from "../../terminal/progress.ts";
import { openImage } from "../../transports/open.ts";
import type { OpenOptions, TransferProgress } from "../../transports/transport.ts";
import type { CommandIo } from "../command.ts";
import { connectionFrom } from "../flags/connection-flags.ts";
import type { ImageArguments } from "../flags/image-flags.ts";
import { defined } from "../../base/defined.ts";

/** An image that is open, with the scanner that reads its layers. */
export interface OpenedImage {
  readonly image: Image;
  readonly scanner: Scanner;
  readonly progress: Progress;
  close(): Promise<void>;
}

export interface OpenSettings {
  /** Secret rules for file content. */
  readonly rules?: SecretRuleSpec | null;
  /** False when file content is needed after the scan, so that a source which can be read only once must be kept. */
  readonly singlePass: boolean;
  /** Do not rely on a table of contents, which the pusher wrote: results must be true of the layer's bytes. */
  readonly wholeLayers?: boolean;
  /** Content is only needed file by file, not by its place in the tar archive, so a layer's own table of contents is enough. */
  readonly byFile?: boolean;
  /** Called with the bytes that arrive over the network. */
  readonly onProgress?: OpenOptions["onProgress"] | undefined;
  /** Called with the other images that the name offers. */
  readonly onOffered?: OpenOptions["onOffered"];
}

/**
 * Opens the image that the arguments name.
 * @throws {BallastError} bad-argument, and whatever opening throws
 */
export async function openFromArguments(name: string, args: ImageArguments, io: CommandIo, settings: OpenSettings): Promise<OpenedImage> {
  const progress = args.quiet ? noProgress : createProgress(io.stderr, false);
  const isForReport = settings.singlePass || settings.byFile === true;
  const scanner = scannerFrom(args, io, settings.rules ?? null, isForReport, settings.wholeLayers === true);
  try {
    progress.step(`opening ${name}`, null);
    const arrived = arrivingBytes(progress);
    const options = {
      ...openOptionsFrom(args, io),
      digests: scanner.digests,
      onProgress: (transfer: TransferProgress) => {
        arrived.onProgress(transfer);
        settings.onProgress?.(transfer);
      },
      onOffered: settings.onOffered,
      ...(settings.singlePass ? { onLayerBlob: scanner.acceptBlob } : {}),
    };
    const image = await openImage(name, options);
    arrived.isOpen = true;
    return {
      image,
      scanner,
      progress,
      async close() {
        progress.done();
        await scanner.close();
        await image.close();
      },
    };
  } catch (error) {
    progress.done();
    await scanner.close();
    throw error;
  }
}

/** Counts what an engine sends before the image is open. What arrives afterwards is counted as it is scanned. */
function arrivingBytes(progress: Progress): { readonly onProgress: (transfer: TransferProgress) => void; isOpen: boolean } {
  const seen = new Map<string, number>();
  const counter = {
    isOpen: false,
    onProgress: ({ what, bytes }: TransferProgress) => {
      if (!counter.isOpen) progress.add(Math.max(0, bytes - (seen.get(what) ?? 0)));
      seen.set(what, bytes);
    },
  };
  return counter;
}

export function openOptionsFrom(args: ImageArguments, io: CommandIo): OpenOptions {
  return {
    platform: args.platform === null ? null : parsePlatform(args.platform),
    verify: args.verify,
    signal: io.signal,
    connection: connectionFrom(args),
  };
}

export function scannerFrom(
  args: ImageArguments,
  io: CommandIo,
  rules: SecretRuleSpec | null,
  isForReport = false,
  wholeLayers = false,
): Scanner {
  const { maxRatio } = args;
  if (maxRatio !== null && !(maxRatio >= 1)) {
    throw new BallastError("bad-argument", "--max-ratio takes a number of at least 1");
  }
  return new Scanner({
    verify: args.verify,
    rules,
    // A report needs no file by its place in the archive, and only the hashes that decide something.
    tableOfContents: isForReport && !wholeLayers,
    fingerprints: isForReport,
    isAlone: isForReport,
    cacheDirectory: args.cache ? defaultCacheDirectory(io.env) : null,
    ...defined({ maxRatio }),
  });
}
