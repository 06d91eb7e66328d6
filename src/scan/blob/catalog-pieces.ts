/** Passes a catalog on in pieces while its layer is still being read, so that its receiver can begin early. */
import { CatalogBuilder } from "../../filesystem/catalog-builder.ts";
import type { Catalog, CatalogColumns } from "../../filesystem/catalog.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** A piece of a catalog, valid until this returns. `isLast` when the archive has no more entries; that piece stays valid. */
export type OnEntries = (entries: CatalogColumns, isLast: boolean) => void;

/** Entries of a piece: as many as fill a builder's columns, which are then sent to another thread whole and filled again. */
const pieceEntries = 16 * 1024;

export class CatalogPieces {
  readonly #builder = new CatalogBuilder();
  readonly #onEntries: OnEntries;
  #given = 0;

  constructor(onEntries: OnEntries) {
    this.#onEntries = onEntries;
  }

  /** Returns the entry's index in the catalog. What is known about it must be set before the next one is added. */
  add(entry: TarEntry): number {
    if (this.#builder.length === pieceEntries) this.#give(this.#builder.view(), false);
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

  /** Passes on what is left. */
  end(): void {
    this.#give(this.#builder.build(), true);
  }

  #give({ columns, length }: Catalog, isLast: boolean): void {
    this.#onEntries(columns, isLast);
    this.#given += length;
    this.#builder.clear();
  }
}
