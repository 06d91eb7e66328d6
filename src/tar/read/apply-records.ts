/** What PAX records say of an entry, put over what its header says (POSIX pax: records override header fields). */
import { EntryType } from "../entry.ts";
import type { Draft } from "./member.ts";
import { parseDecimal, parseTime } from "../numbers.ts";
import { sparseMap, xattrsOf } from "../pax.ts";
import type { PaxRecords } from "../pax.ts";
import { TarProblem } from "./problem.ts";

/** How an entry's sparse map is given, if it is sparse. */
export type PaxSparse = { readonly kind: "none" } | { readonly kind: "in-data" } | { readonly kind: "in-record"; readonly map: string };

/**
 * Sets what the records override. An empty value leaves the header's (but an extended attribute may be empty). Throws TarProblem for values
 * that engines refuse.
 */
export function applyRecords(draft: Draft, records: PaxRecords): void {
  draft.path = records.get("path") || draft.path;
  if (draft.type === EntryType.hardlink || draft.type === EntryType.symlink) draft.link = records.get("linkpath") || draft.link;
  draft.uid = number(records, "uid") ?? draft.uid;
  draft.gid = number(records, "gid") ?? draft.gid;
  const mtime = records.get("mtime");
  if (mtime) {
    const time = parseTime(mtime);
    if (time === null) throw new TarProblem("its PAX record mtime is not a time");
    draft.mtimeSeconds = time.seconds;
    draft.mtimeNanos = time.nanos;
  }
  if (draft.type === EntryType.charDevice || draft.type === EntryType.blockDevice) {
    draft.devMajor = number(records, "SCHILY.devmajor") ?? draft.devMajor;
    draft.devMinor = number(records, "SCHILY.devminor") ?? draft.devMinor;
  }
  draft.xattrs = xattrsOf(records);
}

/** The size the records give to the stored data, if they do. */
export function recordedSize(records: PaxRecords): number | null {
  return size(records, "size");
}

/**
 * Applies the name and size that GNU's PAX sparse formats keep apart from those of the stored data, and tells where the map is. Without a
 * version the map's record alone says that the file is sparse (0.0 and 0.1 wrote none); of versions not known here nothing is applied.
 */
export function applySparseRecords(draft: Draft, records: PaxRecords): PaxSparse {
  const version = `${records.get("GNU.sparse.major") ?? ""}.${records.get("GNU.sparse.minor") ?? ""}`;
  const map = records.get(sparseMap);
  const inData = version === "1.0";
  if (!inData && !(version === "0.0" || version === "0.1" || (version === "." && map))) return { kind: "none" };
  draft.path = records.get("GNU.sparse.name") || draft.path;
  draft.size = size(records, "GNU.sparse.size") ?? size(records, "GNU.sparse.realsize") ?? draft.size;
  return inData ? { kind: "in-data" } : { kind: "in-record", map: map ?? "" };
}

function number(records: PaxRecords, key: string): number | null {
  const text = records.get(key);
  if (text === undefined || text === "") return null;
  const value = parseDecimal(text);
  if (Number.isNaN(value)) throw new TarProblem(`its PAX record ${key} is not a number`);
  return value;
}

function size(records: PaxRecords, key: string): number | null {
  const value = number(records, key);
  if (value !== null && value < 0) throw new TarProblem(`its PAX record ${key} is negative`);
  return value;
}
