import type { TarEntry } from "../entry.ts";
import { EntryDecoder } from "./entry-decoder.ts";
import { defaultTarLimits } from "./limits.ts";
import type { TarLimits } from "./limits.ts";
import { tarError } from "./problem.ts";
import type { TarWarning } from "./warning.ts";
import { isZero } from "./zeros.ts";

/** Is told what an archive holds. Whatever it throws ends the parse. */
export interface TarHandler {
  /** Returns true to be given the entry's data: `data` for each piece of it, then `endEntry`. */
  entry(entry: TarEntry): boolean;
  /** A piece of the data as stored (of a sparse file the stored pieces, one after the other). Only valid during the call. */
  data(chunk: Buffer): void;
  /** Called while the last piece of the data is still valid. */
  endEntry(): void;
}

/**
 * Reads a tar archive as it arrives. Synchronous: every entry that a chunk completes has been handed over when `write` returns. Nothing is
 * kept but the header that is being read.
 *
 * Throws BallastError: `layer-invalid` for what is not an archive or is cut off, `limit-exceeded` for what exceeds the limits.
 */
export class TarParser {
  readonly #handler: TarHandler;
  readonly #decoder: EntryDecoder;
  /** Bytes handed to `write` before the current chunk. */
  #offset = 0;
  /** The beginning of a piece that goes on in the next chunk. */
  #held: Buffer | null = null;
  #heldBytes = 0;
  /** Bytes of data and padding still to come. */
  #skip = 0;
  /** How many of these are data, and whose. */
  #data = 0;
  #entry: TarEntry | null = null;
  #wanted = false;
  #ended = false;
  #trailingBytes = 0;
  #trailingContent = false;

  constructor(handler: TarHandler, limits: Partial<TarLimits> = {}) {
    this.#handler = handler;
    this.#decoder = new EntryDecoder({ ...defaultTarLimits, ...limits });
  }

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#ended) {
        this.#trailing(chunk, at);
        break;
      }
      at = this.#skip > 0 ? this.#pass(chunk, at) : this.#take(chunk, at);
    }
    this.#offset += chunk.length;
  }

  /** Says that the archive is complete. */
  end(): void {
    if (this.#entry !== null && this.#data > 0) throw cutOff(this.#entry, this.#offset);
    if (!this.#ended) this.#decoder.finish(this.#offset - this.#heldBytes, this.#heldBytes);
    if (this.#trailingContent) warnOfTrailingBytes(this.#decoder, this.#trailingBytes);
  }

  /** What was odd about the archive; complete after `end`. */
  get warnings(): readonly TarWarning[] {
    return this.#decoder.warnings.list();
  }

  /** Passes over data and padding; returns where the chunk goes on. */
  #pass(chunk: Buffer, at: number): number {
    const data = Math.min(this.#data, chunk.length - at);
    if (data > 0) {
      if (this.#wanted) this.#handler.data(chunk.subarray(at, at + data));
      this.#data -= data;
      if (this.#data === 0) this.#endEntry();
    }
    const step = Math.min(this.#skip, chunk.length - at);
    this.#skip -= step;
    return at + step;
  }

  #take(chunk: Buffer, at: number): number {
    const { needed } = this.#decoder;
    if (this.#held === null && chunk.length - at >= needed) {
      this.#step(chunk, at, this.#offset + at);
      return at + needed;
    }
    this.#held ??= Buffer.allocUnsafe(needed);
    const copied = chunk.copy(this.#held, this.#heldBytes, at, at + needed - this.#heldBytes);
    this.#heldBytes += copied;
    if (this.#heldBytes === needed) {
      const held = this.#held;
      this.#held = null;
      this.#heldBytes = 0;
      this.#step(held, 0, this.#offset + at + copied - needed);
    }
    return at + copied;
  }

  #step(buffer: Buffer, at: number, offset: number): void {
    switch (this.#decoder.take(buffer, at, offset)) {
      case "more":
        return;
      case "skip":
        this.#skip = this.#decoder.skip;
        return;
      case "end":
        this.#ended = true;
        return;
      case "entry":
        this.#begin(this.#decoder.entry!);
    }
  }

  #begin(entry: TarEntry): void {
    this.#skip = this.#decoder.skip;
    this.#data = entry.storedSize;
    this.#entry = entry;
    this.#wanted = this.#handler.entry(entry);
    if (this.#data === 0) this.#endEntry();
  }

  #endEntry(): void {
    this.#entry = null;
    if (this.#wanted) this.#handler.endEntry();
    this.#wanted = false;
  }

  #trailing(chunk: Buffer, at: number): void {
    this.#trailingBytes += chunk.length - at;
    this.#trailingContent ||= !isZero(chunk, at, chunk.length);
  }
}

/** The error for an entry whose data reaches past the archive's end. */
export function cutOff(entry: TarEntry, archiveBytes: number): Error {
  const present = Math.max(0, archiveBytes - entry.dataOffset);
  const what = `the archive is cut off: the header promises ${entry.storedSize} bytes of data, ${present} follow`;
  return tarError(entry.path, entry.headerOffset, what);
}

/** Archives may be padded with zeros; anything else after the end mark is content that engines do not unpack. */
export function warnOfTrailingBytes(decoder: EntryDecoder, bytes: number): void {
  decoder.warnings.add(
    "tar-trailing-data",
    `${bytes} bytes that are not all zeros follow the tar archive's end mark; no engine unpacks them`,
  );
}
