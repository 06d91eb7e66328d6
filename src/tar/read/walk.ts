import type { TarEntry } from "../entry.ts";
import { EntryDecoder } from "./entry-decoder.ts";
import { FileWindow, mostWindowBytes } from "./file-window.ts";
import { defaultTarLimits } from "./limits.ts";
import type { TarLimits } from "./limits.ts";
import { cutOff, warnOfTrailingBytes } from "./parser.ts";
import type { TarWarning } from "./warning.ts";
import { isZero } from "./zeros.ts";

export interface TarWalkResult {
  readonly warnings: readonly TarWarning[];
}

/**
 * Reads the headers of an uncompressed archive that lies in a file from `start` to `end` (bytes), seeking from one to the next. Entries'
 * offsets count from `start`. Synchronous, for worker threads. Same errors as TarParser; what reading the file throws is passed on.
 */
export function walkTarFile(
  fd: number,
  start: number,
  end: number,
  onEntry: (entry: TarEntry) => void,
  limits: Partial<TarLimits> = {},
): TarWalkResult {
  const decoder = new EntryDecoder({ ...defaultTarLimits, ...limits });
  const window = new FileWindow(fd, start, end);
  const size = end - start;
  let offset = 0;
  for (;;) {
    const { needed } = decoder;
    const at = window.position(offset, needed);
    if (at < 0) {
      decoder.finish(offset, Math.max(0, size - offset));
      break;
    }
    const step = decoder.take(window.buffer, at, offset);
    offset += needed;
    if (step === "end") {
      warnOfTrailing(window, offset, size, decoder);
      break;
    }
    if (step === "more") continue;
    if (step === "entry") {
      const entry = decoder.entry!;
      if (entry.dataOffset + entry.storedSize > size) throw cutOff(entry, size);
      onEntry(entry);
    }
    offset += decoder.skip;
  }
  return { warnings: decoder.warnings.list() };
}

function warnOfTrailing(window: FileWindow, offset: number, size: number, decoder: EntryDecoder): void {
  for (let from = offset; from < size; from += mostWindowBytes) {
    const length = Math.min(mostWindowBytes, size - from);
    const at = window.position(from, length);
    if (at < 0) return;
    if (!isZero(window.buffer, at, at + length)) {
      warnOfTrailingBytes(decoder, size - offset);
      return;
    }
  }
}
