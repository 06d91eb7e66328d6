/** What a tar archive may cost its reader. The defaults allow whatever engines can unpack, and stop archives made to exhaust memory. */
export interface TarLimits {
  /** Entries in one archive. */
  readonly maxEntries: number;
  /** Bytes of one extended header (PAX records, a GNU long name). Go, so every engine, stops at 1 MiB as well. */
  readonly maxHeaderBytes: number;
  /** Stored pieces of one sparse file. Go stops at the same number. */
  readonly maxSparseSegments: number;
  /** Bytes of names, links, extended attributes and sparse maps of the whole archive together. */
  readonly maxMetadataBytes: number;
}

export const defaultTarLimits: TarLimits = {
  maxEntries: 10_000_000,
  maxHeaderBytes: 1024 * 1024,
  maxSparseSegments: 1024 * 1024,
  maxMetadataBytes: 512_000_000,
};
