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

  /** Whether everything so far is whole frames, or nothing. */
  get isBetweenFrames(): boolean {
    return this.#part === "frame" && this.#length === 0 && this.#toSkip === 0;
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
        const rest = headerRest(descriptor);
        return rest === 0 ? this.#next("block", blockHeaderBytes, 0) : this.#more("header", descriptorEnd + rest);
      }
      case "header":
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
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  // A single segment has no window, and always its size: in one byte where the flag says none.
  const size = sizeFlag === 0 && isSingleSegment ? 1 : contentSizeBytes[sizeFlag as 0 | 1 | 2 | 3];
  return (isSingleSegment ? 0 : 1) + dictionaryIdBytes[(descriptor & 3) as 0 | 1 | 2 | 3] + size;
}
