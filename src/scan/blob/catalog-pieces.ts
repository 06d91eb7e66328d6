/** Hands a catalog over in pieces while its layer is still being read, so that whoever waits for it can begin. */
import { CatalogBuilder } from "../../filesystem/catalog-builder.ts";
import type { CatalogColumns } from "../../filesystem/catalog.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** A piece of a catalog; `isLast` when the archive has no more entries. */
export type OnEntries = (entries: CatalogColumns, isLast: boolean) => void;

/** Entries of a piece, at least. */
const leastEntries = 4096;
/** A piece grows with what was handed over before, so that putting pieces together costs no more than they hold. */
const shareOfGiven = 1 / 4;

export class CatalogPieces {
  readonly #builder = new CatalogBuilder();
  readonly #onEntries: OnEntries;
  #given = 0;

  constructor(onEntries: OnEntries) {
    this.#onEntries = onEntries;
  }

  /** Returns the entry's index in the catalog. What is to be known of it must be told before the next one is added. */
  add(entry: TarEntry): number {
    if (this.#builder.length >= Math.max(leastEntries, this.#given * shareOfGiven)) this.#give(false);
    return this.#given + this.#builder.add(entry);
  }

  /** The SHA-256 of the content of the entry that was added last. */
  setHash(index: number, hash: Uint8Array): void {
    this.#builder.setHash(index - this.#given, hash);
  }

  setPrefix(index: number, prefix: number): void {
    this.#builder.setPrefix(index - this.#given, prefix);
  }

  setFingerprint(index: number, fingerprint: Uint8Array): void {
    this.#builder.setFingerprint(index - this.#given, fingerprint);
  }

  /** Hands over what is left. */
  end(): void {
    this.#give(true);
  }

  #give(isLast: boolean): void {
    const length = this.#builder.length;
    this.#onEntries(this.#builder.take().columns, isLast);
    this.#given += length;
  }
}
