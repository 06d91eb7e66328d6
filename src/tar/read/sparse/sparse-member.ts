/** A sparse file whose map is being read: in GNU's old form, or in one of the three in PAX records (GNU tar manual, "Storing Sparse Files"). */
import { blockSize } from "../../header.ts";
import { readNumber } from "../../numbers.ts";
import type { PaxSparse } from "../apply-records.ts";
import type { TarLimits } from "../limits.ts";
import type { Draft } from "../member.ts";
import { TarProblem } from "../problem.ts";
import { addCommaPairs, addGnuPairs, SparseMap, SparseMapReader } from "./sparse-map.ts";

/** Each `read…` returns whether the map is complete; if not, the next block belongs to it. */
export class SparseMember {
  readonly #draft: Draft;
  readonly #map: SparseMap;
  /** Null in GNU's old form. */
  #reader: SparseMapReader | null = null;

  constructor(draft: Draft, { maxSparseSegments }: TarLimits) {
    this.#draft = draft;
    this.#map = new SparseMap(maxSparseSegments);
  }

  /** GNU's old form: the first four pieces, and the real size. */
  readHeader(block: Buffer, at: number): boolean {
    addGnuPairs(this.#map, block, at + 386, 4);
    this.#draft.size = readNumber(block, at + 483, 12);
    if (!(this.#draft.size >= 0)) throw new TarProblem("its size is not a number");
    return block[at + 482] === 0;
  }

  readRecords(records: Exclude<PaxSparse, { readonly kind: "none" }>): boolean {
    if (records.kind === "in-record") {
      addCommaPairs(this.#map, records.map);
      return true;
    }
    if (this.#draft.storedSize < blockSize) throw new TarProblem("its sparse map is missing");
    this.#reader = new SparseMapReader(this.#map);
    return false;
  }

  readBlock(block: Buffer, at: number): boolean {
    this.#draft.dataOffset += blockSize;
    if (this.#reader === null) {
      addGnuPairs(this.#map, block, at, 21);
      return block[at + 504] === 0;
    }
    this.#draft.storedSize -= blockSize;
    if (this.#draft.storedSize < 0) throw new TarProblem("its sparse map is longer than its data");
    return this.#reader.block(block, at);
  }

  /** Gives the member its pieces. @returns how many */
  finish(): number {
    this.#draft.sparse = this.#map.finish(this.#draft.size, this.#draft.storedSize);
    return this.#draft.sparse.length;
  }
}
