import type { ChecksumAlgorithm } from "../../../analyzers/packages/distribution-files.ts";

/** The three that package managers state, in hex. */
export type FileDigests = Readonly<Record<ChecksumAlgorithm, string>>;
