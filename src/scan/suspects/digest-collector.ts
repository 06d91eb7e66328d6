/**
 * Whether a file that holds a secret is a distribution's own can only be told when all layers are known, and a layer may go by only once:
 * so the scan keeps the digests of the files in question, beside what it keeps of package databases (`package-collector.ts`).
 */
import { sensitiveName } from "../../../analyzers/secrets/match/values/sensitive-names.ts";
import { cleanPath } from "../../filesystem/paths.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { digestsOf, FileHashes } from "./file-digests.ts";
import type { FileDigests } from "./file-digests.ts";

/** Reads bytes of the blob, as stored, a second time; a piece is valid until the next is asked for. */
export type ReadAgain = (offset: number, length: number) => Iterable<Buffer>;

/** Files up to this size wait in memory until it is known whether they hold a hit. */
const heldBytes = 8 * 1024 * 1024;

/**
 * How a file's bytes are had once it is known to be in question: read where it lies, held in memory, read in a second pass; or hashed in any
 * case, where the blob goes by once and the file is large.
 */
type Way = "there" | "held" | "later" | "hashed";

export class DigestCollector {
  /** Of files that hold a hit or have a telling name, by entry. */
  readonly digests = new Map<number, FileDigests>();
  /** Such files that wait for a second pass. */
  readonly unhashed = new Set<number>();
  readonly #again: ReadAgain | null;
  readonly #isPlain: boolean;
  #way: Way = "there";
  #index = -1;
  #entry: TarEntry | null = null;
  #held: Buffer | null = null;
  #filled = 0;
  #hashes: FileHashes | null = null;

  /** `again` is null for a blob that goes by once; `isPlain` where files lie in it as they are. */
  constructor(again: ReadAgain | null, isPlain: boolean) {
    this.#again = again;
    this.#isPlain = isPlain;
  }

  /** A new file, with its index in the catalog. */
  begin(index: number, entry: TarEntry): void {
    this.#index = index;
    this.#entry = entry;
    this.#way = this.#wayFor(entry.storedSize);
    this.#filled = 0;
    if (this.#way === "held") this.#held ??= Buffer.allocUnsafeSlow(heldBytes);
    if (this.#way === "hashed") this.#hashes = new FileHashes();
  }

  write(chunk: Buffer): void {
    if (this.#way === "held") this.#filled += chunk.copy(this.#held!, this.#filled);
    else if (this.#way === "hashed") this.#hashes!.update(chunk);
  }

  end(hasHits: boolean): void {
    const { path, storedSize, dataOffset } = this.#entry!;
    if (!hasHits && sensitiveName(cleanPath(path).path) === null) return;
    if (this.#way === "later") this.unhashed.add(this.#index);
    else if (this.#way === "hashed") this.digests.set(this.#index, this.#hashes!.digest());
    else
      this.digests.set(
        this.#index,
        digestsOf(this.#way === "held" ? [this.#held!.subarray(0, this.#filled)] : this.#again!(dataOffset, storedSize)),
      );
  }

  #wayFor(size: number): Way {
    if (this.#again !== null && this.#isPlain) return "there";
    if (size <= heldBytes) return "held";
    return this.#again === null ? "hashed" : "later";
  }
}
