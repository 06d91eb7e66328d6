import type { OwnershipAlgorithm } from "../../../analyzers/package-ownership.ts";

/** The three that package managers state, in hex. */
export type FileDigests = Readonly<Record<OwnershipAlgorithm, string>>;

export interface OwnershipEvidence {
  /** Content of package databases, by entry. */
  readonly databases: ReadonlyMap<number, Uint8Array>;
  /** Digests of files that hold a hit or have a telling name, by entry. */
  readonly digests: ReadonlyMap<number, FileDigests>;
}

export const noEvidence: OwnershipEvidence = { databases: new Map(), digests: new Map() };
