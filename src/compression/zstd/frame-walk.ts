/** Finds where the frames of a zstd stream end (RFC 8878, section 3.1), from their headers alone. */
const skippableMagic = 0x184d2a50;
const blockHeaderBytes = 3;
const checksumBytes = 4;
/** The start of a frame's header: the magic, and the descriptor that determines the length of the rest. */
const descriptorEnd = 5;
const skippableHeaderBytes = 8;
/** Magic, descriptor, window, dictionary ID and content size. */
const longestHeader = 18;

/** By their flags in the descriptor. */
const dictionaryIdBytes = [0, 1, 2, 4] as const;
const contentSizeBytes = [0, 2, 4, 8] as const;
/** A block that repeats one byte stores it once. */
const runLength = 1;

/** What the gathered bytes are. */
type Part = "frame" | "descriptor" | "skippable" | "header" | "block";

/**
 * Follows a stream, however it is split into chunks, and knows whether it may end here. Only meaningful for streams that the decoder
 * accepts; errors are left to the decoder.
 */
export class FrameWalk {
  readonly #gathered = Buffer.alloc(longestHeader);
  #length = 0;
  /** Length of the part. */
  #wanted = 4;
  #part: Part = "frame";
  /** Bytes of content to skip before the next part. */
  #toSkip = 0;
  #hasChecksum = false;
  #largestWindow = 0;

  /** Whether everything so far is complete frames, or nothing. */
  get isBetweenFrames(): boolean {
    return this.#part === "frame" && this.#length === 0 && this.#toSkip === 0;
  }

  /** Largest window of the frames so far, in bytes; for a single-segment frame, its content size. */
  get largestWindow(): number {
    return this.#largestWindow;
  }

  follow(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const skipped = Math.min(this.#toSkip, chunk.length - at);
      this.#toSkip -= skipped;
      at += skipped;
      while (this.#length < this.#wanted && at < chunk.length && this.#toSkip === 0) {
        this.#gathered[this.#length] = chunk[at]!;
        this.#length += 1;
        at += 1;
      }
      if (this.#length === this.#wanted) this.#take();
    }
  }

  /** Handles the complete part. */
  #take(): void {
    switch (this.#part) {
      case "frame": {
        const isSkippable = (this.#gathered.readUInt32LE(0) & 0xfffffff0) === skippableMagic;
        return isSkippable ? this.#more("skippable", skippableHeaderBytes) : this.#more("descriptor", descriptorEnd);
      }
      case "skippable":
        return this.#next("frame", 4, this.#gathered.readUInt32LE(4));
      case "descriptor": {
        const descriptor = this.#gathered[4]!;
        this.#hasChecksum = (descriptor & 4) !== 0;
        return this.#more("header", descriptorEnd + headerRest(descriptor));
      }
      case "header":
        this.#largestWindow = Math.max(this.#largestWindow, windowOf(this.#gathered.subarray(0, this.#length)));
        return this.#next("block", blockHeaderBytes, 0);
      case "block": {
        const header = this.#gathered.readUIntLE(0, blockHeaderBytes);
        const stored = ((header >> 1) & 3) === runLength ? 1 : header >> 3;
        if ((header & 1) === 0) return this.#next("block", blockHeaderBytes, stored);
        return this.#next("frame", 4, stored + (this.#hasChecksum ? checksumBytes : 0));
      }
    }
  }

  /** Continues with a longer part that starts with this one. */
  #more(part: Part, wanted: number): void {
    this.#part = part;
    this.#wanted = wanted;
  }

  #next(part: Part, wanted: number, skip: number): void {
    this.#more(part, wanted);
    this.#length = 0;
    this.#toSkip = skip;
  }
}

/** Bytes of a frame's header after its descriptor. */
function headerRest(descriptor: number): number {
  return (isSingleSegment(descriptor) ? 0 : 1) + dictionaryIdBytes[(descriptor & 3) as 0 | 1 | 2 | 3] + sizeBytes(descriptor);
}

/** @param header the complete header of a frame (RFC 8878, sections 3.1.1.1.2 and 3.1.1.1.4) */
function windowOf(header: Buffer): number {
  const descriptor = header[4]!;
  if (!isSingleSegment(descriptor)) {
    const window = header[descriptorEnd]!;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const length = sizeBytes(descriptor);
  const at = header.length - length;
  if (length === 8) return Number(header.readBigUInt64LE(at));
  return header.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}

function isSingleSegment(descriptor: number): boolean {
  return (descriptor & 0x20) !== 0;
}

/** A single-segment frame always has its content size: in one byte if the flag says none. */
function sizeBytes(descriptor: number): number {
  const flag = descriptor >> 6;
  return flag === 0 && isSingleSegment(descriptor) ? 1 : contentSizeBytes[flag as 0 | 1 | 2 | 3];
}
