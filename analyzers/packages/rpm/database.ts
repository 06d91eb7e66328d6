/** rpm's database in its three formats. Each is read without its library, because only the packages' headers are needed. */
import { PackageDataError } from "../data-error.ts";
import { mostPackages, mostPathBytes } from "../manifests/fields.ts";
import { berkeleyValues } from "./berkeley.ts";
import { headerFields } from "./header.ts";
import type { RpmHeader } from "./header.ts";
import { ndbBlobs } from "./ndb.ts";
import { sqliteBlobs } from "./sqlite.ts";

const mostReadings = 2;

const blobsOf = {
  "rpm-sqlite": (content: Buffer) => sqliteBlobs(content, "Packages"),
  "rpm-ndb": ndbBlobs,
  "rpm-bdb": berkeleyValues,
} as const;

/** @throws {PackageDataError} when the database is damaged */
export function readRpmDatabase(kind: keyof typeof blobsOf, content: Buffer): RpmHeader[] {
  const headers: RpmHeader[] = [];
  // Packages that overlap or repeatedly point to the same bytes would take unbounded time.
  let left = content.length * mostReadings;
  let pathBytes = 0;
  for (const blob of blobsOf[kind](content)) {
    left -= blob.length;
    if (left < 0) throw new PackageDataError("is damaged: its packages take more room than it has");
    const header = headerFields(blob);
    if (header === null) continue;
    headers.push(header);
    pathBytes += header.files.reduce((sum, path) => sum + path.length, 0);
    if (pathBytes > mostPathBytes) throw new PackageDataError(`lists paths of more than ${mostPathBytes} bytes`);
    if (headers.length > mostPackages) throw new PackageDataError(`lists more than ${mostPackages} packages`);
  }
  return headers;
}
