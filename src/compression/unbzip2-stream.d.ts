/** The parts of unbzip2-stream that its stream is built on, which have no types of their own. */
declare module "unbzip2-stream/lib/bzip2.js" {
  import type { BitReader } from "unbzip2-stream/lib/bit_iterator.js";

  const decoder: {
    /** Block size in 100 kB. */
    header(reader: BitReader): number;
    /** Decodes one block, byte by byte; null at the end of a stream. */
    decompress(reader: BitReader, byte: (value: number) => void, scratch: Int32Array, size: number, crc: number): number | null;
  };
  export default decoder;
}

declare module "unbzip2-stream/lib/bit_iterator.js" {
  export interface BitReader {
    readonly bytesRead: number;
  }
  /** Reads its first bytes immediately. */
  const bitIterator: (next: () => Buffer | undefined) => BitReader;
  export default bitIterator;
}
