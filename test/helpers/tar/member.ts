import { padded } from "./bytes.ts";
import type { FixtureEntry } from "./entry.ts";
import { buildHeader, sealHeader } from "./header.ts";
import type { HeaderFields } from "./header.ts";

/** Header and content as they are given. */
export function member(entry: FixtureEntry, fields: HeaderFields, content: Buffer): Buffer {
  const header = buildHeader(fields);
  entry.patch?.(header);
  sealHeader(header);
  entry.patchSealed?.(header);
  return Buffer.concat([header, padded(content)]);
}
