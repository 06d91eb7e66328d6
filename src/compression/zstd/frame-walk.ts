/** Where the frames of a zstd stream end (RFC 8878, section 3.1), told from their headers alone. */
const skippableMagic = 0x184d2a50;
const blockHeaderBytes = 3;
const checksumBytes = 4;
/** Of a frame's header: the magic, and what tells how long the rest is. */
const descriptorEnd = 5;
const skippableHeaderBytes = 8;
/** A magic, a descriptor, a window, a dictionary's ID and a content size. */
const longestHeader = 18;

/** By the descriptor's flags for them. */
const dictionaryIdBytes = [0, 1, 2, 4] as const;
const contentSizeBytes = [0, 2, 4, 8] as const;
/** A block that is one byte many times stores that byte once. */
const runLength = 1;

/** What the bytes that are gathered will be. */
type Part = "frame" | "descriptor" | "skippable" | "header" | "block";

/**
 * Follows a stream that a decoder accepts, however it is cut into chunks, and knows whether it may end here. What no decoder accepts is told
 * by the decoder, and what this makes of it means nothing.
 */
export class FrameWalk {
  readonly #gathered = Buffer.alloc(longestHeader);
  #length = 0;
  /** Bytes that the part has. */
  #wanted = 4;
  #part: Part = "frame";
  /** Of content that is passed over before the next part. */
  #toSkip = 0;
  #hasChecksum = false;
  #largestWindow = 0;

  /** Whether everything so far is whole frames, or nothing. */
  get isBetweenFrames(): boolean {
    return this.#part === "frame" && this.#length === 0 && this.#toSkip === 0;
  }

  /** Bytes that the frames so far need at once, the one that needs most: all of a frame that says its size and no window. */
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

  /** Goes by the part that is gathered. */
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

  /** The part is the beginning of another. */
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

/** @param header a frame's, whole (RFC 8878, sections 3.1.1.1.2 and 3.1.1.1.4) */
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

/** A single segment has always its size: in one byte where the flag says none. */
function sizeBytes(descriptor: number): number {
  const flag = descriptor >> 6;
  return flag === 0 && isSingleSegment(descriptor) ? 1 : contentSizeBytes[flag as 0 | 1 | 2 | 3];
}
