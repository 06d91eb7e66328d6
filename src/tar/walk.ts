import { readSync } from "node:fs";
import type { TarEntry } from "./entry.ts";
import { EntryDecoder } from "./entry-decoder.ts";
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

/**
 * Bytes read at a time. Where small files lie close together a long piece holds many headers; where large ones do, all but the header is
 * read for nothing.
 */
const leastWindowBytes = 2 * 1024;
const mostWindowBytes = 64 * 1024;

/** The part of a file that was read last. */
class FileWindow {
  buffer: Buffer = Buffer.allocUnsafeSlow(mostWindowBytes);
  readonly #fd: number;
  readonly #start: number;
  readonly #size: number;
  #from = 0;
  #to = 0;
  #step = leastWindowBytes;

  constructor(fd: number, start: number, end: number) {
    this.#fd = fd;
    this.#start = start;
    this.#size = end - start;
  }

  /** Where in `buffer` the `length` bytes from `offset` are, read if need be; -1 when the file does not have them. */
  position(offset: number, length: number): number {
    if (offset + length > this.#size) return -1;
    if (offset < this.#from || offset + length > this.#to) {
      if (length > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(length);
      const isNear = offset - this.#to < this.#step;
      this.#step = isNear ? Math.min(this.#step * 2, mostWindowBytes) : leastWindowBytes;
      this.#fill(offset, Math.max(length, this.#step));
      if (offset + length > this.#to) return -1;
    }
    return offset - this.#from;
  }

  #fill(offset: number, length: number): void {
    const wanted = Math.min(length, this.#size - offset);
    let filled = 0;
    while (filled < wanted) {
      const bytes = readSync(this.#fd, this.buffer, filled, wanted - filled, this.#start + offset + filled);
      if (bytes === 0) break;
      filled += bytes;
    }
    this.#from = offset;
    this.#to = offset + filled;
  }
}
