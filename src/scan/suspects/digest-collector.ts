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
 * What one layer's scan leaves to the next in this thread: V8 counts memory outside of its heap as it counts its own, and with new memory for
 * every layer of an image it would look for garbage in every other.
 */
let spare: Buffer | null = null;

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
  /** Of a file that is held: its one piece, or the memory in which its pieces are gathered. */
  #whole: Buffer | null = null;
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
    this.#whole = null;
    this.#filled = 0;
    if (this.#way === "hashed") this.#hashes = new FileHashes();
  }

  write(chunk: Buffer): void {
    if (this.#way === "hashed") this.#hashes!.update(chunk);
    else if (this.#way === "held") this.#hold(chunk);
  }

  #hold(chunk: Buffer): void {
    // Most files come in one piece, which is valid until after `end`.
    if (chunk.length === this.#entry!.storedSize) {
      this.#whole = chunk;
      return;
    }
    if (this.#held === null) {
      this.#held = spare ?? Buffer.allocUnsafeSlow(heldBytes);
      spare = null;
    }
    this.#filled += chunk.copy(this.#held, this.#filled);
  }

  end(hasHits: boolean): void {
    const { path, storedSize, dataOffset } = this.#entry!;
    if (!hasHits && sensitiveName(cleanPath(path).path) === null) return;
    if (this.#way === "later") this.unhashed.add(this.#index);
    else if (this.#way === "hashed") this.digests.set(this.#index, this.#hashes!.digest());
    else this.digests.set(this.#index, digestsOf(this.#way === "held" ? [this.#heldFile()] : this.#again!(dataOffset, storedSize)));
  }

  /** There are no more files. */
  close(): void {
    spare ??= this.#held;
    this.#held = null;
  }

  #heldFile(): Buffer {
    return this.#whole ?? this.#held?.subarray(0, this.#filled) ?? Buffer.alloc(0);
  }

  #wayFor(size: number): Way {
    if (this.#again !== null && this.#isPlain) return "there";
    if (size <= heldBytes) return "held";
    return this.#again === null ? "hashed" : "later";
  }
}
