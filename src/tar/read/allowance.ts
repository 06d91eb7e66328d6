/** How much of what an archive may cost its reader it has used up so far. */
import type { TarEntry } from "../entry.ts";
import type { TarLimits } from "./limits.ts";
import { TarProblem } from "./problem.ts";

/** Bytes of memory that a piece of a sparse map costs, roughly. */
const segmentBytes = 32;

export class Allowance {
  readonly #limits: TarLimits;
  #entries = 0;
  #metadataBytes = 0;

  constructor(limits: TarLimits) {
    this.#limits = limits;
  }

  /** Counted with the next entry. */
  takeSegments(segments: number): void {
    this.#metadataBytes += segments * segmentBytes;
  }

  /** @throws {TarProblem} limit-exceeded */
  takeEntry({ path, link, xattrs }: Pick<TarEntry, "path" | "link" | "xattrs">): void {
    this.#entries += 1;
    this.#metadataBytes += path.length + link.length;
    for (const { name, value } of xattrs) this.#metadataBytes += name.length + value.length;
    const { maxEntries, maxMetadataBytes } = this.#limits;
    if (this.#entries > maxEntries)
      throw new TarProblem(`it is entry number ${this.#entries}; at most ${maxEntries} are read`, "limit-exceeded");
    if (this.#metadataBytes > maxMetadataBytes)
      throw new TarProblem(`the archive's names and attributes exceed ${maxMetadataBytes} bytes`, "limit-exceeded");
  }
}
